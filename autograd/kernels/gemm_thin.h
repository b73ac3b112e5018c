#pragma once

#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/registers.h"

// In an anonymous namespace, for the reason given in gemm_tile.h.

namespace tandem::kernels {
namespace {

/// Products with few columns, which pack nothing.
template <class T, int bytes>
struct Thin : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::load, R::load_some, R::width;
  using typename R::Vector;

  /// sum of left[row] * right for two rows. The registers run along k, and their lanes are added at the end. Four
  /// registers of each row at a time: longer stretches of memory come closer to the bandwidth of the caches.
  [[gnu::always_inline]] static void multiply_two(Index k, const T* upper, const T* lower, const T* right,
                                                  T (&total)[2]) {
    constexpr Index together = 4;
    Vector sum[2][together] = {};
    const auto add = [&](Index p, Index s) {
      const Vector b = load(right + p);
      sum[0][s] += load(upper + p) * b;
      sum[1][s] += load(lower + p) * b;
    };
    Index p = 0;
    for (; p + together * width <= k; p += together * width)
#pragma GCC unroll 4
      for (Index s = 0; s < together; ++s) add(p + s * width, s);
    for (; p + width <= k; p += width) add(p, 0);
    if (p < k) {
      const Vector b = load_some(right + p, k - p);
      sum[0][0] += load_some(upper + p, k - p) * b;
      sum[1][0] += load_some(lower + p, k - p) * b;
    }
    R::sum_both((sum[0][0] + sum[0][1]) + (sum[0][2] + sum[0][3]), (sum[1][0] + sum[1][1]) + (sum[1][2] + sum[1][3]),
                total);
  }

  /// Rows of out for a few columns of right.
  static void multiply(const Product<T>& product, Index first, Index last) {
    const Index left_row = product.left.row, out_row = product.out.row;
    for (Index j = 0; j < product.columns; ++j) {
      const T* const right = product.right.from_column(j).data;
      const auto out = product.out.from_column(j);
      const auto bias = product.bias.data ? product.bias.from_column(j) : product.bias;
      const auto finish = [&](Index row, T sum) {
        if (bias.data) sum += bias.data[row * bias.row];
        T& to = out.data[row * out_row];
        to = product.accumulate ? to + sum : sum;
      };
      for (Index i = first; i < last; i += 2) {
        const Index next = smaller(i + 1, last - 1);  // the last row of an odd number is computed twice
        T total[2];
        multiply_two(product.k, product.left.data + i * left_row, product.left.data + next * left_row, right, total);
        finish(i, total[0]);
        if (next > i) finish(next, total[1]);
      }
    }
  }
};

}  // namespace
}  // namespace tandem::kernels
