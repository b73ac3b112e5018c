#pragma once

#include "autograd/tensor.h"

namespace tandem {

// Along the last axis unless another is given; the largest entry is subtracted first, so nothing overflows.
// @throws ShapeError for an axis that x does not have, DTypeError unless x is floating

/// softmax(x)_i = e^x_i / sum_j e^x_j
Tensor softmax(const Tensor& x, Index axis = -1);
/// log softmax(x)_i = x_i - log sum_j e^x_j
Tensor log_softmax(const Tensor& x, Index axis = -1);
/// log sum_j e^x_j; -inf if every entry is -inf.
Tensor logsumexp(const Tensor& x, Index axis = -1, bool keepdim = false);

}  // namespace tandem
