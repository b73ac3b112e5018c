#pragma once

#include "autograd/ops/noise.h"
#include "nn/module.h"

namespace tandem::nn {

/// Dropout while training, the identity in evaluation mode. See dropout() in autograd/ops/noise.h.
class Dropout : public Layer {
 public:
  /// @throws ValueError unless 0 <= probability < 1
  explicit Dropout(double probability = 0.5);
  Dropout(Module& parent, std::string name, double probability = 0.5);

  Tensor operator()(Tensor x) override;
  std::string describe() const override;

 private:
  double probability_;
};

}  // namespace tandem::nn
