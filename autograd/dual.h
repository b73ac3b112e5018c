#pragma once

#include <numbers>

#include "autograd/simd.h"

namespace tandem {

/// The lanes in which a number and all its derivatives are 0.
template <class T>
SimdMask<T> is_zero(Simd<T> v) {
  return v == Simd<T>(0);
}

/// A value with its derivative: arithmetic on Duals is forward-mode differentiation. Nested Duals give
/// second derivatives.  V is Simd<T>, or a Dual of it.
///
///     f(a + b e) = f(a) + f'(a) b e,   e^2 = 0
template <class V>
struct Dual {
  V value;
  V derivative;

  Dual(V v, V d) : value(v), derivative(d) {}
  Dual(V v) : value(v), derivative(0) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> Dual(Number v) : value(v), derivative(0) {}

  friend Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.derivative + b.derivative}; }
  friend Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.derivative - b.derivative}; }
  friend Dual operator-(Dual a) { return {-a.value, -a.derivative}; }
  friend Dual operator*(Dual a, Dual b) { return {a.value * b.value, a.derivative * b.value + a.value * b.derivative}; }
  // A number has no derivative, which times an infinite value would be NaN.
  template <class Number>
  requires std::is_arithmetic_v<Number>
  friend Dual operator*(Number c, Dual a) { return {c * a.value, c * a.derivative}; }
  template <class Number>
  requires std::is_arithmetic_v<Number>
  friend Dual operator*(Dual a, Number c) { return c * a; }
  friend Dual operator/(Dual a, Dual b) {
    const V quotient = a.value / b.value;
    return {quotient, ratio(a.derivative - chain(quotient, b.derivative), b.value)};
  }
  friend auto is_zero(Dual a) { return is_zero(a.value) & is_zero(a.derivative); }
  /// slope da; 0 where a does not vary, however steep the slope is.
  static V chain(V slope, V derivative) { return where(is_zero(derivative), V(0), slope * derivative); }
  /// The same for a slope of 1 / x, which underflows for large x.
  static V ratio(V derivative, V x) { return where(is_zero(derivative), V(0), derivative / x); }

  friend auto operator<(Dual a, Dual b) { return a.value < b.value; }
  friend auto operator<=(Dual a, Dual b) { return a.value <= b.value; }
  friend auto operator>(Dual a, Dual b) { return a.value > b.value; }
  friend auto operator>=(Dual a, Dual b) { return a.value >= b.value; }
  friend auto operator==(Dual a, Dual b) { return a.value == b.value; }
  friend auto operator!=(Dual a, Dual b) { return a.value != b.value; }
  template <class T>
  friend Dual where(SimdMask<T> mask, Dual a, Dual b) {
    return {where(mask, a.value, b.value), where(mask, a.derivative, b.derivative)};
  }

  // As in the ops of these names: where the two are equal, each gets half of the derivative; where one is NaN, both get
  // all of it; that of abs is 0 at 0.
  friend Dual max(Dual a, Dual b) {
    return {max(a.value, b.value), where(a < b, b.derivative, where(b < a, a.derivative, of_both(a, b)))};
  }
  friend Dual min(Dual a, Dual b) {
    return {min(a.value, b.value), where(b < a, b.derivative, where(a < b, a.derivative, of_both(a, b)))};
  }
  friend Dual abs(Dual a) { return where(a.value < V(0), -a, where(V(0) < a.value, a, Dual{a.value, V(0)})); }
  static V of_both(Dual a, Dual b) { return (a.derivative + b.derivative) * where(a == b, V(0.5), V(1)); }
  friend Dual square(Dual a) { return a * a; }
  friend Dual sqrt(Dual a) {
    const V root = sqrt(a.value);
    return {root, ratio(a.derivative, 2 * root)};
  }
  friend Dual exp(Dual a) {
    const V y = exp(a.value);
    return {y, y * a.derivative};
  }
  friend Dual expm1(Dual a) { return {expm1(a.value), exp(a.value) * a.derivative}; }
  friend Dual log(Dual a) { return {log(a.value), ratio(a.derivative, a.value)}; }
  friend Dual log1p(Dual a) { return {log1p(a.value), ratio(a.derivative, 1 + a.value)}; }
  friend Dual tanh(Dual a) {
    const V y = tanh(a.value);
    return {y, (1 - y * y) * a.derivative};
  }
  friend Dual sigmoid(Dual a) {
    const V y = sigmoid(a.value);
    return {y, y * (1 - y) * a.derivative};
  }
  friend Dual softplus(Dual a) { return {softplus(a.value), sigmoid(a.value) * a.derivative}; }
  friend Dual erf(Dual a) {
    return {erf(a.value), 2 * std::numbers::inv_sqrtpi * exp(-(a.value * a.value)) * a.derivative};
  }
  friend Dual sin(Dual a) { return {sin(a.value), cos(a.value) * a.derivative}; }
  friend Dual cos(Dual a) { return {cos(a.value), -sin(a.value) * a.derivative}; }
  friend Dual pow(Dual a, Dual b) {
    // d(a^b) = b a^(b-1) da + a^b log(a) db; the first is 0 where b is, the second where a is not above 0
    const V y = pow(a.value, b.value);
    const V by_base = where(is_zero(b.value), V(0), b.value * pow(a.value, b.value - 1));
    const V by_exponent = where(V(0) < a.value, y * log(a.value), V(0));
    return {y, chain(by_base, a.derivative) + chain(by_exponent, b.derivative)};
  }
};

}  // namespace tandem
