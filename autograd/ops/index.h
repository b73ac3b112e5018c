#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// Rows of x by number: y[i] = x[rows[i]].  x [n, ...], rows int64 [m] -> [m, ...]. A row may occur often;
/// its gradient is the sum.  @throws ValueError if a number lies outside [0, n)
Tensor gather_rows(const Tensor& x, const Tensor& rows);

/// 1 at each label and 0 elsewhere.  labels int64 [...] -> [..., classes]. No gradient.
/// @throws ValueError if a label lies outside [0, classes)
Tensor one_hot(const Tensor& labels, Index classes, DType dtype = DType::float32);

}  // namespace tandem
