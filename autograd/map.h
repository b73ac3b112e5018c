#pragma once

#include <utility>

#include "autograd/kernels/map.h"
#include "autograd/tensor.h"

namespace tandem {

/// Calls f with a zero of the element type of a floating tensor: `dispatch(x.dtype(), [&]<class T>(T) {...})`.
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
  dispatch(y.dtype(),
           [&]<class T>(T) { kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{x.data<T>()}); });
  return y;
}

/// y = f(a, b) for tensors of one shape, not recorded.
template <class F>
Tensor map_alike(Tensor y, const Tensor& a, const Tensor& b, F f) {
  dispatch(y.dtype(), [&]<class T>(T) {
    kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{a.data<T>()}, kernels::Stream<T>{b.data<T>()});
  });
  return y;
}

/// How to walk two tensors together.  @throws ShapeError, which names the op, if they do not broadcast
inline kernels::BroadcastPlan plan_broadcast(const char* op, const Tensor& a, const Tensor& b) {
  require(broadcast(a.shape(), b.shape()).has_value(), op,
          "aligned at the last axis, extents are equal or one of them is 1", {{"a", a}, {"b", b}});
  return kernels::plan_broadcast(a.shape(), b.shape());
}

/// y = f(a, b) with NumPy broadcasting, not recorded.
template <class F>
Tensor map(const char* op, const Tensor& a, const Tensor& b, F f) {
  require_floating(op, {{"a", a}, {"b", b}});
  if (a.shape() == b.shape()) return map_alike(Tensor(a.shape(), a.dtype()), a, b, f);
  const kernels::BroadcastPlan plan = plan_broadcast(op, a, b);
  Tensor y(plan.shape, a.dtype());
  dispatch(a.dtype(),
           [&]<class T>(T) { kernels::map_broadcast(plan, y.mutable_data<T>(), f, a.data<T>(), b.data<T>()); });
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
  dispatch(a.dtype(), [&]<class T>(T) {
    kernels::map(y.size(), y.mutable_data<T>(), f, kernels::Stream<T>{a.data<T>()}, kernels::Stream<T>{b.data<T>()},
                 kernels::Stream<T>{c.data<T>()});
  });
  return y;
}

}  // namespace tandem
