#pragma once

#include <memory>
#include <mutex>

#include "nn/module.h"

namespace tandem::nn {

/// y = x W^T + b.  x [..., in] -> [..., out].
///
/// Parameters: weight [out, in] and, unless `with_bias` is false, bias [out]; both start uniform on
/// +-1/sqrt(in), PyTorch's default.
///
/// In evaluation mode, with NoGrad, a single row (an image, say) is multiplied by a transposed copy of the weight, of
/// which only the rows where x is not 0 are read. The copy is made on first use, kept beside the weight, and made anew
/// after the weight has changed. Making it costs as much as some ten rows, and pays where many elements of x are 0. A
/// weight of fewer than 32 outputs, whose product is short, is used as it is. Writes through a pointer that was taken
/// earlier are not noticed.
class Linear : public Layer {
 public:
  /// @throws ValueError unless both widths are at least 1
  Linear(Index in, Index out, bool with_bias = true);
  Linear(Index in, Index out, const char*) = delete;  ///< a name without its parent, which would convert to true
  Linear(Module& parent, std::string name, Index in, Index out, bool with_bias = true);

  /// @throws ShapeError unless the last extent of x is in, DTypeError unless x has the type of the weight
  Tensor operator()(Tensor x) override;
  std::string describe() const override;

  Parameter weight, bias;

 private:
  struct TransposedWeight;
  std::shared_ptr<const TransposedWeight> transposed_weight();

  std::mutex mutex_;  ///< several threads may evaluate one model
  std::shared_ptr<const TransposedWeight> transposed_weight_;
};

}  // namespace tandem::nn
