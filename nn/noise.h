#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// Adds draws from N(0, deviation^2) while training; the identity in evaluation mode.
class GaussianNoise : public Layer {
 public:
  /// @throws ValueError unless deviation is a number >= 0
  explicit GaussianNoise(double deviation);
  GaussianNoise(Module& parent, std::string name, double deviation);

  Tensor operator()(Tensor x) override;
  std::string describe() const override;

 private:
  double deviation_;
};

}  // namespace tandem::nn
