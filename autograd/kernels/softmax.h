#pragma once

#include <algorithm>

#include "autograd/kernels/map.h"
#include "autograd/kernels/reduce.h"

namespace tandem::kernels {

/// Largest entry of a row, and 0 in place of an infinite one, so that subtracting it makes no NaN.
template <class T>
T row_shift(const T* x, Index n) {
  const T largest = reduce_contiguous(x, n, Max{});
  return std::isinf(largest) ? T(0) : largest;
}

/// y = e^(x - shift) for one row; returns the sum.
template <class T>
T exp_row(const T* x, Index n, T shift, T* y) {
  map_range(
      0, n, y, [s = Simd<T>(shift)](auto v) { return exp(v - s); }, Stream<T>{x});
  return reduce_contiguous(y, n, Sum{});
}

/// Rows handled as one block of parallel work.
inline Index row_grain(Index n) { return std::max<Index>(1, 8192 / std::max<Index>(n, 1)); }

}  // namespace tandem::kernels
