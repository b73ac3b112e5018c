#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// A factor of a matrix product, as it is or with its last two axes exchanged, without a copy. It does not hold the
/// tensor: use it as an argument only, not as a variable.
struct Factor {
  const Tensor& tensor;
  bool transposed = false;
  Factor(const Tensor& x, bool t = false) : tensor(x), transposed(t) {}
  Index rows() const { return tensor.dim(transposed ? -1 : -2); }
  Index columns() const { return tensor.dim(transposed ? -2 : -1); }
};
/// matmul(transposed(a), b) is a^T b. A vector stays as it is.
inline Factor transposed(const Tensor& x) { return {x, true}; }

/// Matrix product.  [m, k] [k, n] -> [m, n]. Axes before the last two are a batch and broadcast:
/// [..., m, k] [..., k, n] -> [..., m, n]. A vector is a row on the left and a column on the right, and the result has
/// no axis for it: [m, k] [k] -> [m], [k] [k, n] -> [n], and [k] [k] -> a scalar.
/// @throws ShapeError if the inner extents differ or a factor is a scalar, DTypeError unless both are float32 or both
///         float64
Tensor matmul(const Factor& a, const Factor& b);

/// y = x w^T + b.  x [..., in], w [out, in], b [out] or undefined -> y [..., out].
/// linear(x, transposed(w), b) is x w + b for a w stored as [in, out].
/// @throws ShapeError for other shapes, DTypeError unless all are float32 or all float64
Tensor linear(const Tensor& x, const Factor& weight, const Tensor& bias = {});

}  // namespace tandem
