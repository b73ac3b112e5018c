#pragma once

#include <algorithm>

#include "autograd/kernels/map.h"
#include "autograd/kernels/reduce.h"

namespace tandem::kernels {

/// Largest entry of a row, or 0 if that is infinite, so that subtracting it makes no NaN.
template <class T>
T row_shift(const T* x, Index n) {
  const T largest = reduce_contiguous(x, n, Max{});
  return std::isinf(largest) ? T(0) : largest;
}

/// y = e^(x - shift) for one row; returns the sum. The sum is taken from the registers, not from y: the processor would
/// wait to read numbers written in parts.
template <class T>
T exp_row(const T* x, Index n, T shift, T* y) {
  using V = Simd<T>;
  const auto power = [&](Index i, Index count) {
    const V e = exp(load_first(x + i, count, -std::numeric_limits<T>::infinity()) - shift);  // 0 behind the last
    if (count == V::width) e.store(y + i);
    else e.store_some(y + i, static_cast<int>(count));
    return e;
  };
  if (n > V::width) return reduce_registers<T>(n, Sum{}, power);
  T lanes[V::width];  // so few are summed up one after the other
  power(0, n).store(lanes);
  return reduce_in_turn(lanes, n, Sum{});
}

/// Rows handled as one block of parallel work.
inline Index row_grain(Index n) { return std::max<Index>(1, 8192 / std::max<Index>(n, 1)); }

}  // namespace tandem::kernels
