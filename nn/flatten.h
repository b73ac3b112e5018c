#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// [n, a, b, ...] -> [n, a b ...]
class Flatten : public Layer {
 public:
  using Layer::Layer;
  Tensor operator()(Tensor x) override {
    const Call call(*this);
    require_defined("Flatten", {{"x", x}});
    require(x.rank() >= 1, "Flatten", "x has a batch axis", {{"x", x}});
    return call.result(x.reshape(Shape{x.dim(0), x.shape().without(0).size()}));
  }
  std::string describe() const override { return "Flatten"; }
};

}  // namespace tandem::nn
