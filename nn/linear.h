#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// y = x W^T + b.  x [..., in] -> [..., out].
///
/// Parameters: weight [out, in] and, unless `with_bias` is false, bias [out]; both start uniform on
/// +-1/sqrt(in), PyTorch's default.
class Linear : public Layer {
 public:
  /// @throws ValueError unless both widths are at least 1
  Linear(Index in, Index out, bool with_bias = true);
  Linear(Module& parent, std::string name, Index in, Index out, bool with_bias = true);

  Tensor operator()(Tensor x) override;
  std::string describe() const override;

  Parameter weight, bias;
};

}  // namespace tandem::nn
