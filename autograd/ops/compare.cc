#include "autograd/ops/compare.h"

#include <cmath>
#include <functional>

#include "autograd/create.h"
#include "autograd/denormals.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace {

template <class T, class Compare>
void compare_rows(const kernels::BroadcastPlan& plan, const T* a, const T* b, std::uint8_t* y, Compare holds) {
  const FlushDenormals flush;
  const Index n = plan.inner();
  const Index step_a = plan.stride[0][plan.rank - 1], step_b = plan.stride[1][plan.rank - 1];
  kernels::Walk walk = plan.walk(0);
  for (Index row = 0; row < plan.outer(); ++row, walk.next()) {
    const T* u = a + walk.start(0);
    const T* v = b + walk.start(1);
    for (Index i = 0; i < n; ++i) y[row * n + i] = holds(u[i * step_a], v[i * step_b]) ? 1 : 0;
  }
}

template <class Compare>
Tensor compare(const char* op, const Tensor& a, const Tensor& b, Compare holds) {
  require_defined(op, {{"a", a}, {"b", b}});
  if (a.dtype() != b.dtype()) throw_dtype_error(op, "both operands have the same type", {{"a", a}, {"b", b}});
  const kernels::BroadcastPlan plan = plan_broadcast(op, a, b);
  Tensor y(plan.shape, DType::uint8);
  auto* out = y.mutable_data<std::uint8_t>();
  dispatch_any(a.dtype(), [&]<class T>(T) { compare_rows(plan, a.data<T>(), b.data<T>(), out, holds); });
  return y;
}

/// The same with a number for all elements.
template <class Compare>
Tensor compare(const char* op, const Tensor& a, double b, Compare holds) {
  require_defined(op, {{"a", a}});
  if (!is_floating(a.dtype())) {
    if (b != std::trunc(b))
      throw_value_error(op, "b is " + to_text(b) + ", but a holds integers", "convert a with .to()");
    const double begin = a.dtype() == DType::uint8 ? 0 : -0x1p63, end = a.dtype() == DType::uint8 ? 256 : 0x1p63;
    // A number outside the range of a's type lies on the same side of everything in that range, including 0.
    if (b < begin || b >= end) return full(a.shape(), holds(0.0, b) ? 1 : 0, DType::uint8);
  }
  return compare(op, a, scalar(b, a.dtype()), holds);
}

void require_masks(const char* op, Arguments masks) {
  require_defined(op, masks);
  for (const Argument& mask : masks)
    if (mask.tensor.dtype() != DType::uint8)
      throw_dtype_error(op, "masks are uint8", masks, "make it with a comparison, as less(a, b)");
}

/// a where the mask is not 0, else b.
Tensor select(const Tensor& mask, const Tensor& a, const Tensor& b) {
  return map("where", mask, a, b, [](auto m, auto u, auto v) { return where(m == decltype(m)(0), v, u); });
}

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b) { return compare("equal", a, b, std::equal_to<>()); }
Tensor not_equal(const Tensor& a, const Tensor& b) { return compare("not_equal", a, b, std::not_equal_to<>()); }
Tensor less(const Tensor& a, const Tensor& b) { return compare("less", a, b, std::less<>()); }
Tensor less_equal(const Tensor& a, const Tensor& b) { return compare("less_equal", a, b, std::less_equal<>()); }
Tensor greater(const Tensor& a, const Tensor& b) { return compare("greater", a, b, std::greater<>()); }
Tensor greater_equal(const Tensor& a, const Tensor& b) {
  return compare("greater_equal", a, b, std::greater_equal<>());
}

Tensor equal(const Tensor& a, double b) { return compare("equal", a, b, std::equal_to<>()); }
Tensor not_equal(const Tensor& a, double b) { return compare("not_equal", a, b, std::not_equal_to<>()); }
Tensor less(const Tensor& a, double b) { return compare("less", a, b, std::less<>()); }
Tensor less_equal(const Tensor& a, double b) { return compare("less_equal", a, b, std::less_equal<>()); }
Tensor greater(const Tensor& a, double b) { return compare("greater", a, b, std::greater<>()); }
Tensor greater_equal(const Tensor& a, double b) { return compare("greater_equal", a, b, std::greater_equal<>()); }

Tensor logical_and(const Tensor& a, const Tensor& b) {
  require_masks("logical_and", {{"a", a}, {"b", b}});
  return compare("logical_and", a, b, std::logical_and<>());
}

Tensor logical_or(const Tensor& a, const Tensor& b) {
  require_masks("logical_or", {{"a", a}, {"b", b}});
  return compare("logical_or", a, b, std::logical_or<>());
}

Tensor logical_not(const Tensor& a) {
  require_masks("logical_not", {{"a", a}});
  return equal(a, 0);
}

Tensor where(const Tensor& mask, const Tensor& a, double b) { return where(mask, a, scalar(b, a.dtype())); }
Tensor where(const Tensor& mask, double a, const Tensor& b) { return where(mask, scalar(a, b.dtype()), b); }
Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b) {
  require_masks("where", {{"mask", mask}});
  require_floating("where", {{"a", a}, {"b", b}});
  const std::optional<Shape> of_both = broadcast(a.shape(), b.shape());
  const std::optional<Shape> shape = of_both ? broadcast(mask.shape(), *of_both) : std::nullopt;
  require(shape.has_value(), "where", "mask, a and b broadcast", {{"mask", mask}, {"a", a}, {"b", b}});
  Tensor y;
  {
    const NanGuardPause pause;  // what is not chosen may be infinite
    const Tensor m = broadcast_to(mask.to(a.dtype()), *shape);
    y = select(m, broadcast_to(a.detach(), *shape), broadcast_to(b.detach(), *shape));
  }
  return record(
      "where", {a, b}, std::move(y),
      [m = Saved(mask), s = a.shape()](const Tensor& dy) { return sum_to(where(*m, dy, zeros_like(dy)), s); },
      [m = Saved(mask), s = b.shape()](const Tensor& dy) { return sum_to(where(*m, zeros_like(dy), dy), s); });
}

}  // namespace tandem
