#pragma once

#include "autograd/tensor.h"

namespace tandem::models {

/// The k rows of a set that lie nearest to each query, nearest first.
struct Neighbours {
  Tensor indices;    ///< int64 [n, k]
  Tensor distances;  ///< float64 [n, k], Euclidean
};

/// Exact, by comparing with every row: n m d multiplications in float64. Of equally near rows the first wins.
/// Rows that differ by less than a millionth of their norm count as equal, at distance 0.
/// @param queries      floating [n, d]
/// @param references   floating [m, d], or bytes, which stand for b / 255 as everywhere
/// @throws ShapeError  if the widths differ; ValueError unless 1 <= k <= m, and for a NaN or an infinity
Neighbours nearest(const Tensor& queries, const Tensor& references, Index k = 1);

/// How much of one set of features lies where the other does. The ball around each row of a set reaches to the
/// k-th nearest other row; the union of these balls stands for the support of the set.
struct PrecisionRecall {
  double precision;  ///< share of samples inside the support of the real ones: are they good?
  double recall;     ///< share of real ones inside the support of the samples: are all kinds there?
};
/// @param real, samples  floating [n, d] and [m, d], more than k rows each
/// @throws ShapeError unless they have one width and more than k rows each, ValueError for a NaN, an infinity or k < 1
/// Source: Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1 and 2, k = 3 as there.
PrecisionRecall precision_recall(const Tensor& real, const Tensor& samples, Index k = 3);

}  // namespace tandem::models
