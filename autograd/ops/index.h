#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// Checks that numbers are int64 and lie in [0, n).
/// @throws DTypeError, or ValueError that names the first number out of range and its position
void require_indices(const char* op, const Tensor& indices, Index n);

/// Checks that numbers are int64, run from 0 to `entries` and never decrease: where each bag of entries begins, and the
/// end of the last.
/// @throws DTypeError, or ValueError
void require_offsets(const char* op, const Tensor& offsets, Index entries);

/// Rows of x by number: y[i, ...] = x[rows[i], ...].  x [n, d...], rows int64 [m...] -> [m..., d...]. With x a table of
/// word vectors and rows [batch, length], this looks up the vectors of sequences of words. A row may occur often; its
/// gradient is the sum.  @throws as require_indices()
Tensor gather_rows(const Tensor& x, const Tensor& rows);

/// x with rows added, y[rows[i]] += source[i]: the counterpart of gather_rows() for writing.
/// x [n, d...], rows int64 [m], source [m, d...] -> [n, d...]. A row may occur often; it gets the sum.
/// @throws as require_indices(); ShapeError unless source has the shape of gather_rows(x, rows)
Tensor index_add(Tensor x, const Tensor& rows, const Tensor& source);

/// 1 at each label and 0 elsewhere.  labels int64 [...] -> [..., classes]. No gradient.
/// @throws as require_indices()
Tensor one_hot(const Tensor& labels, Index classes, DType dtype = DType::float32);

}  // namespace tandem
