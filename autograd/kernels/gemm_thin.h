#pragma once

#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/gemm_registers.h"

// In an anonymous namespace, as gemm_tile.h.

namespace tandem::kernels {
namespace {

/// Products with few columns, which pack nothing.
template <class T, int bytes>
struct Thin : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::is_zero, R::load, R::load_some, R::width;
  using typename R::Vector;

  /// As many registers of a column are looked at together: k is taken in stretches of so many.
  static constexpr Index most = 512;
  /// Where the registers of a stretch begin.
  struct Places {
    std::uint32_t at[most];
    Index count = 0;
  };

  /// sum of left[row] * right over the registers at some places, for two rows. The registers run along k, and their
  /// lanes are added at the end. Four registers of each row at a time: the longer the stretches of memory, the nearer
  /// to what the caches give.
  [[gnu::always_inline]] static void multiply_two(const Places& places, Index rest_at, Index rest, const T* upper,
                                                  const T* lower, const T* right, T (&total)[2]) {
    constexpr Index together = 4;
    Vector sum[2][together] = {};
    const auto add = [&](Index p, Index s) {
      const Vector b = load(right + p);
      sum[0][s] += load(upper + p) * b;
      sum[1][s] += load(lower + p) * b;
    };
    Index i = 0;
    for (; i + together <= places.count; i += together)
#pragma GCC unroll 4
      for (Index s = 0; s < together; ++s) add(places.at[i + s], s);
    for (; i < places.count; ++i) add(places.at[i], 0);
    if (rest > 0) {
      const Vector b = load_some(right + rest_at, rest);
      sum[0][0] += load_some(upper + rest_at, rest) * b;
      sum[1][0] += load_some(lower + rest_at, rest) * b;
    }
    R::sum_both((sum[0][0] + sum[0][1]) + (sum[0][2] + sum[0][3]), (sum[1][0] + sum[1][1]) + (sum[1][2] + sum[1][3]),
                total);
  }

  /// Rows of out for a few columns of right, as one image's. Registers of right that are all zero add nothing, and left
  /// is not read there, if it is known to be finite; else what they add is added by itself: 0, or NaN.
  static void multiply(const Product<T>& product, Index first, Index last) {
    for (Index j = 0; j < product.columns; ++j)
      for (Index p = 0; p < product.k; p += most * width) {
        const Index k = smaller(most * width, product.k - p);
        multiply_column(product, first, last, j, p, k);
      }
  }
  static void multiply_column(const Product<T>& product, Index first, Index last, Index j, Index begin, Index k) {
    const T* const left = product.left.from_column(begin).data;
    const T* const right = product.right.from_column(j).from_row(begin).data;
    const T* const bias = product.bias.data && begin == 0 ? product.bias.from_column(j).data : nullptr;
    T* const out = product.out.from_column(j).data;
    const bool accumulate = product.accumulate || begin > 0;
    const Index left_row = product.left.row, out_row = product.out.row, bias_row = product.bias.row;
    Places used, zero;
    const Index whole = k / width * width;
    for (Index p = 0; p < whole; p += width) {
      const Index is_used = !is_zero(load(right + p));  // a number and not a branch, which could not be foreseen
      used.at[used.count] = zero.at[zero.count] = static_cast<std::uint32_t>(p);
      used.count += is_used;
      zero.count += 1 - is_used;
    }
    const bool look = zero.count > 0 && !product.left_finite;
    const auto finish = [&](Index row, T sum) {
      if (bias) sum += bias[row * bias_row];
      out[row * out_row] = accumulate ? out[row * out_row] + sum : sum;
    };
    for (Index i = first; i < last; i += 2) {
      const Index next = smaller(i + 1, last - 1);  // the last row of an odd number is computed twice
      const T *const upper = left + i * left_row, *const lower = left + next * left_row;
      T total[2], nothing[2] = {};
      multiply_two(used, whole, k - whole, upper, lower, right, total);
      if (look) multiply_two(zero, whole, 0, upper, lower, right, nothing);
      finish(i, total[0] + nothing[0]);
      if (next > i) finish(next, total[1] + nothing[1]);
    }
  }
};

}  // namespace
}  // namespace tandem::kernels
