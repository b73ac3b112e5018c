#include "autograd/ops/arithmetic.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/math.h"
#include "autograd/ops/shape.h"

namespace tandem {

Tensor add(const Tensor& a, const Tensor& b) {
  return record(
      "add", {a, b}, map("add", a, b, [](auto u, auto v) { return u + v; }),
      [s = a.shape()](const Tensor& dy) { return sum_to(dy, s); },
      [s = b.shape()](const Tensor& dy) { return sum_to(dy, s); });
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  return record(
      "subtract", {a, b}, map("subtract", a, b, [](auto u, auto v) { return u - v; }),
      [s = a.shape()](const Tensor& dy) { return sum_to(dy, s); },
      [s = b.shape()](const Tensor& dy) { return sum_to(-dy, s); });
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  return record(
      "multiply", {a, b}, map("multiply", a, b, [](auto u, auto v) { return u * v; }),
      [b = Saved(b), s = a.shape()](const Tensor& dy) { return sum_to(dy * *b, s); },
      [a = Saved(a), s = b.shape()](const Tensor& dy) { return sum_to(dy * *a, s); });
}

// d(a/b) = da / b - (a/b) / b db
Tensor divide(const Tensor& a, const Tensor& b) {
  return record(
      "divide", {a, b}, map("divide", a, b, [](auto u, auto v) { return u / v; }),
      [b = Saved(b), s = a.shape()](const Tensor& dy) { return sum_to(dy / *b, s); },
      [b = Saved(b), s = b.shape()](const Tensor& y, const Tensor& dy) { return sum_to(-(dy * y / *b), s); });
}

namespace {

/// What an operand of maximum or minimum gets of the gradient: all where it won, half where they tied.
Tensor winner_share(const Tensor& dy, const Tensor& winner, const Tensor& loser, const Shape& shape) {
  const Tensor share = map("winner", winner.detach(), loser.detach(), [](auto w, auto l) {
    using V = decltype(w);
    return where(l < w, V(1), where(w == l, V(0.5), V(0)));
  });
  return sum_to(dy * share, shape);
}

}  // namespace

Tensor maximum(const Tensor& a, const Tensor& b) {
  const Saved x(a), z(b);
  return record(
      "maximum", {a, b}, map("maximum", a, b, [](auto u, auto v) { return max(u, v); }),
      [x, z](const Tensor& dy) { return winner_share(dy, *x, *z, x->shape()); },
      [x, z](const Tensor& dy) { return winner_share(dy, *z, *x, z->shape()); });
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  const Saved x(a), z(b);
  return record(
      "minimum", {a, b}, map("minimum", a, b, [](auto u, auto v) { return min(u, v); }),
      [x, z](const Tensor& dy) { return winner_share(dy, -x->detach(), -z->detach(), x->shape()); },
      [x, z](const Tensor& dy) { return winner_share(dy, -z->detach(), -x->detach(), z->shape()); });
}

// d(a^b) = b a^(b-1) da + a^b log(a) db
Tensor power(const Tensor& a, const Tensor& b) {
  const Saved x(a), e(b);
  return record(
      "power", {a, b}, map("power", a, b, [](auto u, auto v) { return pow(u, v); }),
      [x, e](const Tensor& dy) {
        const Tensor slope = *e * power(*x, *e - 1);
        const Tensor both = abs(x->detach()) + abs(e->detach());
        const Tensor flat = equal(both, zeros_like(both));  // d 0^0 is 0, not 0 * inf
        return sum_to(dy * where(flat, zeros_like(slope), slope), x->shape());
      },
      [x, e](const Tensor& y, const Tensor& dy) {
        const Tensor positive = greater(*x, zeros_like(*x));  // else 0: y may be infinite or NaN there
        const Tensor slope = y * log(where(positive, *x, ones_like(*x)));
        return sum_to(dy * where(positive, slope, zeros_like(slope)), e->shape());
      });
}

Tensor power(const Tensor& a, double exponent) {
  if (exponent == 2) return square(a);
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
