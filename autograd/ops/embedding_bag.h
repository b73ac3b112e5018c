#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// Weighted sums of rows of a table, one for each bag of row numbers:
///
///     y[b] = sum_j weights[j] table[indices[j]],  offsets[b] <= j < offsets[b + 1]
///
/// It is the product of a sparse matrix in compressed rows with the table, and the dense matrix is never built: the
/// cost of sparse inputs, such as the words of a message among 2^20 possible ones, is that of their entries. The
/// gradient for the table is the same op over the transposed bags. A row may occur often; an empty bag gives zeros. In
/// PyTorch: embedding_bag(..., mode="sum", include_last_offset=True).
///
/// @param table    [rows, d]
/// @param indices  int64 [m], in [0, rows)
/// @param offsets  int64 [n + 1], non-decreasing, from 0 to m
/// @param weights  [m], of the table's type
/// @return         [n, d]
/// @throws ValueError if an index or an offset is out of its range, ShapeError, DTypeError
Tensor embedding_bag(const Tensor& table, const Tensor& indices, const Tensor& offsets, const Tensor& weights);

}  // namespace tandem
