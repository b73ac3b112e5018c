#pragma once

#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/registers.h"

// In an anonymous namespace, for the reason given in gemm_tile.h.

namespace tandem::kernels {
namespace {

/// Products of one row and a row-major matrix: the rows of `right` are added up, each times its element of `left`.
/// Nothing is packed, and of an image only the pixels that are not 0 cost anything.
template <class T, int bytes>
struct Row : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::load, R::load_some, R::store, R::width;
  using typename R::Vector;

  /// Registers of sums: enough to keep the multipliers busy despite their latency of four cycles.
  static constexpr int together = 8;

  /// Columns `first` to `last` of out, at least `width` of them; k is at most product_depth.
  static void multiply(const Product<T>& product, Index first, Index last) {
    Step used[product_depth + width];
    const Index count = find_used(product, used);
    const Index registers = (last - first + width - 1) / width, blocks = (registers + together - 1) / together;
    Index begin = 0;
    for (Index b = 1; b <= blocks; ++b) {
      const Index end = registers * b / blocks;
      functions[end - begin - 1](product, used, used + count, first + begin * width, last);
      begin = end;
    }
  }

 private:
  /// The steps of k that are computed: all, unless `left` is contiguous and `right` is known to hold no NaN and no
  /// infinity, which must not be skipped.
  static Index find_used(const Product<T>& product, Step* used) {
    const T* const left = product.left.data;
    Index count = 0, p = 0;
    const auto add = [&](Vector v, Index n) {
      count += R::put_places(v, p, used + count);
      p += n;
    };
    if (product.right_finite && product.left.column == 1) {
      while (p + width <= product.k) add(load(left + p), width);
      if (p < product.k) add(load_some(left + p, product.k - p), product.k - p);
    } else {
      for (; p < product.k; ++p) used[count++] = static_cast<Step>(p);
    }
    return count;
  }

  /// n registers of out, from column j on. The last may overlap the one before, so as not to go past `last`.
  template <int n>
  static void multiply_block(const Product<T>& product, const Step* step, const Step* end, Index j, Index last) {
    const T *const left = product.left.data, *const right = product.right.data + j;
    const Index left_step = product.left.column, right_row = product.right.row;
    const Index last_at = smaller((n - 1) * width, last - width - j);
    Vector sum[n] = {};
    for (; step != end; ++step) {
      const T repeated = left[*step * left_step];
      const T* const from = right + *step * right_row;
#pragma GCC unroll 8
      for (int v = 0; v < n - 1; ++v) sum[v] += repeated * load(from + v * width);
      sum[n - 1] += repeated * load(from + last_at);
    }
    // 0 is added for the sign of zeros, as in gemm_tile.h.
    T* const out = product.out.data + j;
    Vector before_last = product.accumulate ? load(out + last_at) : Vector{};
#pragma GCC unroll 8
    for (int v = 0; v < n; ++v) {
      const Index at = v == n - 1 ? last_at : v * width;
      Vector total = sum[v];
      if (product.bias.data) total += load_bias(product.bias.from_column(j + at));
      total += Vector{};
      if (product.accumulate) total += v == n - 1 ? before_last : load(out + at);
      store(out + at, total);
    }
  }
  static Vector load_bias(Strided<const T> bias) { return bias.column == 0 ? *bias.data + Vector{} : load(bias.data); }

  static constexpr void (*functions[together])(const Product<T>&, const Step*, const Step*, Index, Index) = {
      multiply_block<1>, multiply_block<2>, multiply_block<3>, multiply_block<4>,
      multiply_block<5>, multiply_block<6>, multiply_block<7>, multiply_block<8>};
};

}  // namespace
}  // namespace tandem::kernels
