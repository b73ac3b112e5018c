#pragma once

#include "autograd/dual.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace detail {

/// d f(x[0], ..., x[n-1]) / d x[which], by evaluating f on dual numbers.
template <std::size_t which, class F>
struct Derivative {
  F f;

  template <class... V>
  auto operator()(V... x) const {
    return seeded(std::index_sequence_for<V...>{}, x...);
  }

 private:
  template <std::size_t... I, class... V>
  auto seeded(std::index_sequence<I...>, V... x) const {
    return f(Dual<V>(x, V(I == which ? 1 : 0))...).derivative;
  }
};

inline constexpr int elementwise_orders = 2;  ///< of derivatives that an elementwise op has

[[noreturn]] inline void throw_no_higher_derivative(const char* name) {
  throw_graph_error(name, "derivatives of an elementwise op are available to second order");
}

template <int order, class F>
Tensor elementwise(const char* name, const Tensor& x, const F& f) {
  return record(name, {x}, map(name, x, f), [x = Saved(x), f, name](Tensor dy) -> Tensor {
    if constexpr (order < elementwise_orders) {
      const Derivative<0, F> slope{f};
      if (grad_enabled()) return dy * elementwise<order + 1>(name, *x, slope);
      return map(name, std::move(dy), *x, [&](auto g, auto v) { return g * slope(v); });
    } else {
      static_cast<void>(f);
      throw_no_higher_derivative(name);
    }
  });
}

template <int order, class F>
Tensor elementwise(const char* name, const Tensor& a, const Tensor& b, const F& f) {
  const auto along = [=, a = Saved(a), b = Saved(b)]<std::size_t which>(std::integral_constant<std::size_t, which>,
                                                                        const Tensor& dy) -> Tensor {
    if constexpr (order < elementwise_orders)
      return sum_to(dy * elementwise<order + 1>(name, *a, *b, Derivative<which, F>{f}),
                    which == 0 ? a->shape() : b->shape());
    else throw_no_higher_derivative(name);
  };
  return record(
      name, {a, b}, map(name, a, b, f),
      [along](const Tensor& dy) { return along(std::integral_constant<std::size_t, 0>{}, dy); },
      [along](const Tensor& dy) { return along(std::integral_constant<std::size_t, 1>{}, dy); });
}

}  // namespace detail

/// A new op from one generic lambda: y = f(x) for each element, vectorised, with first and second
/// derivatives, which are obtained by evaluating the same lambda on dual numbers.
///
///     const Tensor y = elementwise(x, [](auto v) { return v / (1 + exp(-v)); });
///
/// The lambda may use + - * /, comparisons with where(mask, a, b), and exp, log, log1p, expm1, sqrt, square,
/// abs, max, min, tanh, sigmoid, softplus, erf, sin, cos, pow; call them unqualified. `f` is copied and must
/// not change what it captured.
/// @param name  a string literal, since it is not copied; errors, profiles and to_dot() show it
template <class F>
Tensor elementwise(const char* name, const Tensor& x, F f) {
  return detail::elementwise<0>(name, x, f);
}
template <class F>
Tensor elementwise(const Tensor& x, F f) {
  return detail::elementwise<0>("elementwise", x, f);
}
/// The same for y = f(a, b), with broadcasting; `name` is a string literal here too.
template <class F>
Tensor elementwise(const char* name, const Tensor& a, const Tensor& b, F f) {
  return detail::elementwise<0>(name, a, b, f);
}
template <class F>
Tensor elementwise(const Tensor& a, const Tensor& b, F f) {
  return detail::elementwise<0>("elementwise", a, b, f);
}

}  // namespace tandem
