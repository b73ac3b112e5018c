#include "autograd/ops/arithmetic.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/linear_gradient.h"
#include "autograd/map.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/math.h"
#include "autograd/ops/shape.h"

namespace tandem {

Tensor add(const Tensor& a, const Tensor& b) {
  Tensor y = map("add", a, b, [](auto u, auto v) { return u + v; });
  return record(
      "add", {a, b}, std::move(y), [s = a.shape()](const Tensor& dy) { return sum_to(dy, s); },
      [s = b.shape()](const Tensor& dy) { return sum_to(dy, s); });
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  Tensor y = map("subtract", a, b, [](auto u, auto v) { return u - v; });
  return record(
      "subtract", {a, b}, std::move(y), [s = a.shape()](const Tensor& dy) { return sum_to(dy, s); },
      [s = b.shape()](const Tensor& dy) { return sum_to(-dy, s); });
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  Tensor y = map("multiply", a, b, [](auto u, auto v) { return u * v; });
  return record(
      "multiply", {a, b}, std::move(y), [b = Saved(b), s = a.shape()](const Tensor& dy) { return sum_to(dy * *b, s); },
      [a = Saved(a), s = b.shape()](const Tensor& dy) { return sum_to(dy * *a, s); });
}

// d(a/b) = da / b - (a/b) / b db
Tensor divide(const Tensor& a, const Tensor& b) {
  Tensor y = map("divide", a, b, [](auto u, auto v) { return u / v; });
  return record(
      "divide", {a, b}, std::move(y), [b = Saved(b), s = a.shape()](const Tensor& dy) { return sum_to(dy / *b, s); },
      [b = Saved(b), s = b.shape()](const Tensor& ratio, const Tensor& dy) { return sum_to(-(dy * ratio / *b), s); });
}

namespace {

/// The gradient of an operand of maximum: all of dy where it won or one of the two is NaN, half where they tied, and 0
/// where it lost, whatever dy is.
Tensor share_of_winner(const Tensor& winner, const Tensor& loser, Tensor dy, const Shape& shape) {
  const Tensor share = map("winner", winner.detach(), loser.detach(), [](auto w, auto l) {
    using V = decltype(w);
    return where(w < l, V(0), where(w == l, V(0.5), V(1)));
  });
  const auto give = [](auto g, auto s) { return where(s == decltype(s)(0), s, g * s); };
  return sum_to(detail::linear_gradient("winner_gradient", Saved(share), std::move(dy), give), shape);
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) {
  Tensor y = map("maximum", a, b, [](auto u, auto v) { return max(u, v); });
  const Saved x(a), z(b);
  return record(
      "maximum", {a, b}, std::move(y), [x, z](Tensor dy) { return share_of_winner(*x, *z, std::move(dy), x->shape()); },
      [x, z](Tensor dy) { return share_of_winner(*z, *x, std::move(dy), z->shape()); });
}
Tensor maximum(const Tensor& a, double b) { return maximum(a, scalar(b, a.dtype())); }

Tensor minimum(const Tensor& a, const Tensor& b) {
  Tensor y = map("minimum", a, b, [](auto u, auto v) { return min(u, v); });
  const Saved x(a), z(b);
  return record(
      "minimum", {a, b}, std::move(y),
      [x, z](Tensor dy) { return share_of_winner(-x->detach(), -z->detach(), std::move(dy), x->shape()); },
      [x, z](Tensor dy) { return share_of_winner(-z->detach(), -x->detach(), std::move(dy), z->shape()); });
}
Tensor minimum(const Tensor& a, double b) { return minimum(a, scalar(b, a.dtype())); }

// d(a^b) = b a^(b-1) da + a^b log(a) db
Tensor power(const Tensor& a, const Tensor& b) {
  Tensor y = map("power", a, b, [](auto u, auto v) { return pow(u, v); });
  const Saved x(a), e(b);
  return record(
      "power", {a, b}, std::move(y),
      [x, e](const Tensor& dy) {
        const Tensor slope = *e * power(*x, *e - 1);
        const Tensor both = abs(x->detach()) + abs(e->detach());
        const Tensor flat = equal(both, zeros_like(both));  // d 0^0 is 0, not 0 * inf
        return sum_to(dy * where(flat, zeros_like(slope), slope), x->shape());
      },
      [x, e](const Tensor& power_of_x, const Tensor& dy) {
        const Tensor positive = greater(*x, zeros_like(*x));  // else 0: the power may be infinite or NaN there
        const Tensor slope = power_of_x * log(where(positive, *x, ones_like(*x)));
        return sum_to(dy * where(positive, slope, zeros_like(slope)), e->shape());
      });
}

Tensor power(const Tensor& a, double exponent) {
  require_floating("power", {{"a", a}});
  // The frequent ones without pow(), which takes ten times as long or more. PyTorch does the same.
  if (exponent == 2) return square(a);
  if (exponent == 3) return square(a) * a;
  if (exponent == 0.5) return sqrt(a);
  if (exponent == -0.5) return 1 / sqrt(a);
  if (exponent == -1) return 1 / a;
  if (exponent == -2) return 1 / square(a);
  return record("power", {a}, map("power", a, [exponent](auto v) { return pow(v, decltype(v)(exponent)); }),
                [x = Saved(a), exponent](const Tensor& dy) {
                  if (exponent == 0) return zeros_like(dy);
                  return dy * (exponent * power(*x, exponent - 1));
                });
}

Tensor negate(Tensor x) {
  const Parent parent = x;
  return record("negate", {parent}, map("negate", std::move(x), [](auto v) { return -v; }),
                [](const Tensor& dy) { return -dy; });
}

Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return subtract(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return multiply(a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return divide(a, b); }
Tensor operator-(Tensor x) { return negate(std::move(x)); }

Tensor operator+(Tensor x, double c) {
  const Parent parent = x;
  return record("add", {parent}, map("add", std::move(x), [c](auto v) { return v + c; }),
                [](const Tensor& dy) { return dy; });
}
Tensor operator*(Tensor x, double c) {
  const Parent parent = x;
  return record("multiply", {parent}, map("multiply", std::move(x), [c](auto v) { return v * c; }),
                [c](const Tensor& dy) { return dy * c; });
}
Tensor operator/(Tensor x, double c) {
  const Parent parent = x;
  return record("divide", {parent}, map("divide", std::move(x), [c](auto v) { return v / c; }),
                [c](const Tensor& dy) { return dy / c; });
}
Tensor operator-(double c, Tensor x) {
  const Parent parent = x;
  return record("subtract", {parent}, map("subtract", std::move(x), [c](auto v) { return c - v; }),
                [](const Tensor& dy) { return -dy; });
}
Tensor operator-(Tensor x, double c) { return std::move(x) + -c; }
Tensor operator+(double c, Tensor x) { return std::move(x) + c; }
Tensor operator*(double c, Tensor x) { return std::move(x) * c; }

// d(c/x) = -(c/x) / x dx
Tensor operator/(double c, const Tensor& x) {
  return record("divide", {x}, map("divide", x, [c](auto v) { return c / v; }),
                [x = Saved(x)](const Tensor& y, const Tensor& dy) { return -(dy * y / *x); });
}

}  // namespace tandem
