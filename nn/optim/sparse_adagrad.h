#pragma once

#include "nn/embedding_bag.h"
#include "nn/optim/state.h"

namespace tandem::optim {

/// Options of SparseAdagrad, with PyTorch's names and defaults for Adagrad.
struct SparseAdagradOptions {
  double lr = 1e-2;    ///< >= 0
  double eps = 1e-10;  ///< > 0; outside the square root

  void check(const char* optimizer) const;
};

/// Adagrad for the table of a sparse EmbeddingBag:
///
///     s[r] = s[r] + g[r]^2
///     w[r] = w[r] - lr g[r] / (sqrt(s[r]) + eps)      for the rows r that the last batch named
///
/// A row that no bag names has g = 0, and Adagrad does nothing to it: leaving it out is exact, and the cost of a step
/// depends on the size of the batch, not of the table. Rare words keep large steps.
///
/// Source: Duchi, Hazan, Singer 2011 (JMLR 12), the diagonal case.
class SparseAdagrad {
 public:
  /// `table` must outlive this.  @throws ValueError for options outside their ranges, or a table that is not sparse
  explicit SparseAdagrad(nn::EmbeddingBag& table, SparseAdagradOptions options = {});

  /// Applies the gradient that backward() left, and drops it; does nothing if there is none.
  void step();
  /// Drops the gradient of the table.
  void zero_grad() { table_.zero_grad(); }
  SparseAdagradOptions& options() { return options_; }

  /// A copy of the sums of squares.
  StateDict state_dict() const { return {{"square_sums", square_sums_.clone()}}; }
  /// @throws ValueError, ShapeError or DTypeError if the state does not fit; nothing is then changed
  void load_state_dict(const StateDict& state);

 private:
  nn::EmbeddingBag& table_;
  SparseAdagradOptions options_;
  Tensor square_sums_;  ///< like the table
};

}  // namespace tandem::optim
