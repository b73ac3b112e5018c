#pragma once

#include <algorithm>

#include "autograd/kernels/walk.h"
#include "autograd/shape.h"
#include "autograd/simd.h"
#include "autograd/threads.h"

namespace tandem::kernels {

/// Elements in a block of elementwise work: large enough to pay for waking a thread.
inline constexpr Index map_grain = 16384;

/// An operand of an elementwise loop: a run of numbers. `width` is part of its type, as it is of Simd's.
template <class T, int width = simd_width<T>>
struct Stream {
  const T* data;
  Simd<T> load(Index i) const { return Simd<T>::load(data + i); }
  Simd<T> load_some(Index i, int n) const { return n == 1 ? Simd<T>(data[i]) : Simd<T>::load_some(data + i, n); }
};
/// One number, repeated.
template <class T, int width = simd_width<T>>
struct Repeat {
  T value;
  Simd<T> load(Index) const { return Simd<T>(value); }
  Simd<T> load_some(Index, int) const { return Simd<T>(value); }
};

/// y[i] = f(x[i]...) for i in [begin, end). The last, partial register goes through the same code, padded,
/// so that a result does not depend on where its block began.
template <class T, class F, class... X>
void map_range(Index begin, Index end, T* y, const F& f, const X&... x) {
  constexpr Index w = Simd<T>::width;
  Index i = begin;
  for (; i + w <= end; i += w) f(x.load(i)...).store(y + i);
  if (i == end) return;
  const int rest = static_cast<int>(end - i);
  const Simd<T> last = f(x.load_some(i, rest)...);
  last.store_some(y + i, rest);
}

template <class T, class F, class... X>
void map(Index n, T* y, const F& f, const X&... x) {
  parallel_for(n, map_grain, [&](Index begin, Index end) { map_range(begin, end, y, f, x...); });
}

/// How to walk two operands that broadcast against each other: neighbouring axes are merged, and along the
/// innermost each operand has stride 0 or 1.
struct BroadcastPlan {
  Shape shape;  ///< of the result
  int rank = 0;
  Index extent[Shape::max_rank] = {};
  Index stride[2][Shape::max_rank] = {};

  Index inner() const { return extent[rank - 1]; }
  Index outer() const { return inner() == 0 ? 0 : shape.size() / inner(); }
  /// Where each row of the result, from `row` on, starts in the operands.
  Walk walk(Index row) const { return Walk(rank - 1, extent, stride[0], stride[1], row); }
};
/// Of two shapes that broadcast.
BroadcastPlan plan_broadcast(const Shape& a, const Shape& b);

template <class T, class F>
void map_broadcast(const BroadcastPlan& plan, T* y, const F& f, const T* a, const T* b) {
  const Index n = plan.inner();
  const bool walk_a = plan.stride[0][plan.rank - 1] != 0, walk_b = plan.stride[1][plan.rank - 1] != 0;
  parallel_for(plan.outer(), std::max<Index>(1, map_grain / std::max<Index>(n, 1)), [&](Index begin, Index end) {
    Walk walk = plan.walk(begin);
    for (Index row = begin; row < end; ++row, walk.next()) {
      const T* from_a = a + walk.start(0);
      const T* from_b = b + walk.start(1);
      if (walk_a && walk_b) map_range(0, n, y + row * n, f, Stream<T>{from_a}, Stream<T>{from_b});
      else if (walk_a) map_range(0, n, y + row * n, f, Stream<T>{from_a}, Repeat<T>{*from_b});
      else map_range(0, n, y + row * n, f, Repeat<T>{*from_a}, Stream<T>{from_b});
    }
  });
}

}  // namespace tandem::kernels
