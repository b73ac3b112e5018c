#pragma once

#include <utility>

#include "autograd/simd.h"
#include "autograd/tensor.h"
#include "autograd/threads.h"

namespace tandem {

/// Calls f with T{} of the element type of a floating tensor: `dispatch(x.dtype(), [&](auto zero) {...})`.
template <class F>
decltype(auto) dispatch(DType dtype, F&& f) {
  return dtype == DType::float64 ? f(double{}) : f(float{});
}

/// The same for any tensor.
template <class F>
decltype(auto) dispatch_any(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float64: return f(double{});
    case DType::int64: return f(std::int64_t{});
    case DType::uint8: return f(std::uint8_t{});
    default: return f(float{});
  }
}

namespace kernels {

/// Elements in a block of elementwise work: large enough to pay for waking a thread.
inline constexpr Index map_grain = 16384;

/// One operand of an elementwise loop, where it is walked along and where a single number is repeated.
template <class T>
struct Stream {
  const T* data;
  Simd<T> load(Index i) const { return Simd<T>::load(data + i); }
  Simd<T> load_some(Index i, int n) const { return n == 1 ? Simd<T>(data[i]) : Simd<T>::load_some(data + i, n); }
};
template <class T>
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
  /// Where row `row` of the result starts in an operand.
  Index start(int operand, Index row) const;
};
BroadcastPlan plan_broadcast(const Shape& a, const Shape& b);
/// @throws ShapeError if the shapes do not broadcast
BroadcastPlan plan_broadcast(const char* op, const Tensor& a, const Tensor& b);

template <class T, class F>
void map_broadcast(const BroadcastPlan& plan, T* y, const F& f, const T* a, const T* b) {
  const Index n = plan.inner();
  const bool walk_a = plan.stride[0][plan.rank - 1] != 0, walk_b = plan.stride[1][plan.rank - 1] != 0;
  parallel_for(plan.outer(), std::max<Index>(1, map_grain / std::max<Index>(n, 1)), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) {
      const T* from_a = a + plan.start(0, row);
      const T* from_b = b + plan.start(1, row);
      if (walk_a && walk_b) map_range(0, n, y + row * n, f, Stream<T>{from_a}, Stream<T>{from_b});
      else if (walk_a) map_range(0, n, y + row * n, f, Stream<T>{from_a}, Repeat<T>{*from_b});
      else map_range(0, n, y + row * n, f, Repeat<T>{*from_a}, Stream<T>{from_b});
    }
  });
}

}  // namespace kernels

/// Memory for the result of an elementwise op: that of `x` if nobody else can reach it, else fresh.
inline Tensor reuse_or_new(const Tensor& x) {
  if (x.exclusive()) return Tensor(x.storage(), x.offset(), x.shape(), x.dtype());
  return Tensor(x.shape(), x.dtype());
}

/// y = f(x) for each element, not recorded. `op` is the name that errors show; `f` takes and returns a Simd<T>.
/// Moved-in tensors that nobody else holds are overwritten, so that no memory is touched twice.
template <class F>
Tensor map(const char* op, Tensor x, F f) {
  require_floating(op, {{"x", x}});
  Tensor y = reuse_or_new(x);
  dispatch(y.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{x.data<T>()});
  });
  return y;
}

/// y = f(a, b) for tensors of one shape, not recorded.
template <class F>
Tensor map_alike(Tensor y, const Tensor& a, const Tensor& b, F f) {
  dispatch(y.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{a.data<T>()}, kernels::Stream<T>{b.data<T>()});
  });
  return y;
}

/// y = f(a, b) with NumPy broadcasting, not recorded.
template <class F>
Tensor map(const char* op, const Tensor& a, const Tensor& b, F f) {
  require_floating(op, {{"a", a}, {"b", b}});
  if (a.shape() == b.shape()) return map_alike(Tensor(a.shape(), a.dtype()), a, b, f);
  const kernels::BroadcastPlan plan = kernels::plan_broadcast(op, a, b);
  Tensor y(plan.shape, a.dtype());
  dispatch(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map_broadcast(plan, y.mutable_data<T>(), f, a.data<T>(), b.data<T>());
  });
  return y;
}

/// The same; `a` is overwritten if nobody else holds it and the result has its shape.
template <class F>
Tensor map(const char* op, Tensor&& a, const Tensor& b, F f) {
  if (!a.exclusive() || !(a.shape() == b.shape())) return map(op, std::as_const(a), b, f);
  require_floating(op, {{"a", a}, {"b", b}});
  return map_alike(reuse_or_new(a), a, b, f);
}

/// y = f(a, b, c) for three tensors of one shape, not recorded.
template <class F>
Tensor map(const char* op, const Tensor& a, const Tensor& b, const Tensor& c, F f) {
  require_floating(op, {{"a", a}, {"b", b}, {"c", c}});
  require(a.shape() == b.shape() && b.shape() == c.shape(), op, "the shapes are equal", {{"a", a}, {"b", b}, {"c", c}});
  Tensor y(a.shape(), a.dtype());
  dispatch(a.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{a.data<T>()}, kernels::Stream<T>{b.data<T>()},
                 kernels::Stream<T>{c.data<T>()});
  });
  return y;
}

}  // namespace tandem
