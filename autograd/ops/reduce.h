#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem {

// Reductions over any axes; without axes, over all of them. The axes reduced are dropped from the shape, or
// kept with extent 1 if `keepdim`. Negative axes count from the end.

using Axes = std::vector<Index>;

Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// Largest element. Where several are equal, they share the gradient evenly.
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// sum (x - mean)^2 / (n - correction); correction 1 gives the unbiased estimate, as in PyTorch.
Tensor variance(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Index correction = 1);

/// Position of the first largest element along an axis, int64. No gradient.
Tensor argmax(const Tensor& x, Index axis = -1, bool keepdim = false);

}  // namespace tandem
