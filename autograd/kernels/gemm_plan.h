#pragma once

#include <algorithm>
#include <cmath>

#include "autograd/kernels/gemm_product.h"
#include "autograd/threads.h"

// Decides, by an estimate of the time, which way round a product is computed and how its right factor is packed.

namespace tandem::kernels {

constexpr Index rows_worth_skipping = 64;  ///< rows, and steps of k, that pay for looking for steps of zeros
constexpr Index depth_worth_skipping = 32;
constexpr double worth_skipping = 0.1;  ///< share of steps that pays for it

/// Panels used only once or twice are not worth a copy, if they can be read as they are.
template <class T>
bool read_in_place(const TileKernel<T>& kernel, const Product<T>& x) {
  return x.right.column == 1 && x.rows <= 2 * kernel.rows && x.columns % kernel.strip == 0;
}

/// The approximate share of the steps of k that the strips of `right` can skip: pixels at the border of a batch of
/// images, units that no example excites. Estimated from a sample; 0 if skipping is not worthwhile.
template <class T>
double zero_steps(const TileKernel<T>& kernel, const Product<T>& x) {
  if (x.rows < rows_worth_skipping || x.k < depth_worth_skipping) return 0;
  // All samples come from the first rows in memory: reading another thread's line would make its next write there
  // expensive.
  constexpr Index samples = 64, few = 8;
  const Index strips = ceil_div(x.columns, kernel.strip);
  const auto spread = [](Index i, Index n) { return (2 * i + 1) * n / (2 * samples); };
  const auto is_zero = [](T value) { return value == 0 && !std::signbit(value); };  // -0 is not left out
  Index zeros = 0;
  for (Index i = 0; i < samples; ++i) {
    const bool by_rows = x.right.column == 1;
    const Index step = by_rows ? i % few : spread(i, x.k), strip = by_rows ? spread(i, strips) : 0;
    const Index first = strip * kernel.strip, columns = std::min(kernel.strip, x.columns - first);
    const auto row = x.right.from_row(step).from_column(first);
    Index j = 0;
    while (j < columns && is_zero(row.data[j * row.column])) ++j;
    zeros += j == columns;
  }
  const double share = static_cast<double>(zeros) / samples;
  return share < worth_skipping ? 0 : share;
}

/// Roughly the time a product takes, in multiply-adds of one register, fitted to products timed both ways round
/// (docs/kernels.md). Each tile costs half the multiply-adds of a full one on top of its own, however empty it is. A
/// packed element costs more with each thread, since all read it, and most from another core's cache; a transposed
/// element of the result costs more than one written as it stands. If `left` lies column by column, each thread reads a
/// stripe of all rows in memory, also of those that other threads wrote and will write again: that is `sharing`.
template <class T>
double cost(const TileKernel<T>& kernel, const Product<T>& x, double zeros) {
  const auto rows = static_cast<double>(x.rows), columns = static_cast<double>(x.columns), k = static_cast<double>(x.k);
  const auto registers = static_cast<double>(ceil_div(x.columns, kernel.strip));
  const auto tiles = static_cast<double>(ceil_div(x.rows, kernel.rows) * ceil_div(x.columns, kernel.panel));
  const double computing = (rows * registers + static_cast<double>(kernel.rows) * tiles) * k * (1 - zeros);
  const double packing = read_in_place(kernel, x) ? 0 : columns * k * num_threads() * (x.right.column == 1 ? 0.3 : 0.8);
  const double writing = rows * columns * (x.out.column == 1 ? 1 : 3);
  const double sharing = num_threads() > 1 && x.left.row == 1 ? rows * k * 3 : 0;
  return computing + packing + writing + sharing;
}

struct Plan {
  bool transposed;  ///< computed as (B^T A^T)^T
  Form form;        ///< of the factor that then stands on the right
};

/// The cheaper of A B and (B^T A^T)^T.
template <class T>
Plan plan(const TileKernel<T>& kernel, const Product<T>& product) {
  const Product<T> other = product.transposed();
  const double zeros = zero_steps(kernel, product), other_zeros = zero_steps(kernel, other);
  const bool transposed = cost(kernel, other, other_zeros) < cost(kernel, product, zeros);
  if ((transposed ? other_zeros : zeros) > 0) return {transposed, Form::strips};
  return {transposed, read_in_place(kernel, transposed ? other : product) ? Form::in_place : Form::panels};
}

}  // namespace tandem::kernels
