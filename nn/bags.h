#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::nn {

/// Sparse rows of a matrix in compressed form (CSR), the input of an EmbeddingBag. Row i has the value weights[j] in
/// column indices[j], for offsets[i] <= j < offsets[i + 1].
struct Bags {
  Tensor indices;  ///< int64 [m]
  Tensor offsets;  ///< int64 [n + 1], from 0 to m
  Tensor weights;  ///< float32 [m]

  Index size() const { return offsets.defined() ? offsets.size() - 1 : 0; }
  /// @throws ValueError, ShapeError or DTypeError unless the parts are as above and each index lies in [0, columns)
  void check(Index columns) const;
  /// Copies of these rows, in this order.
  /// @throws ValueError if one is outside [0, size()), or its entries are not within indices and weights
  Bags subset(std::span<const Index> rows) const;
};

/// One sparse row: pairs of column and value.
using Bag = std::vector<std::pair<std::int64_t, float>>;
/// Bags of n rows, in their order; the entries of a row keep theirs.
Bags make_bags(std::span<const Bag> rows);

}  // namespace tandem::nn
