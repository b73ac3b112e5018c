#include "autograd/ops/math.h"

#include <numbers>

#include "autograd/graph.h"
#include "autograd/linear_gradient.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"

namespace tandem {

Tensor exp(Tensor x) {
  const Parent parent = x;
  return record("exp", {parent}, map("exp", std::move(x), [](auto v) { return exp(v); }),
                [](const Tensor& y, const Tensor& dy) { return dy * y; });
}

Tensor expm1(Tensor x) {
  const Parent parent = x;
  return record("expm1", {parent}, map("expm1", std::move(x), [](auto v) { return expm1(v); }),
                [](const Tensor& y, const Tensor& dy) { return dy * (y + 1); });
}

Tensor log(const Tensor& x) {
  return record("log", {x}, map("log", x, [](auto v) { return log(v); }),
                [x = Saved(x)](const Tensor& dy) { return dy / *x; });
}

Tensor log1p(const Tensor& x) {
  return record("log1p", {x}, map("log1p", x, [](auto v) { return log1p(v); }),
                [x = Saved(x)](const Tensor& dy) { return dy / (1 + *x); });
}

Tensor sin(const Tensor& x) {
  return record("sin", {x}, map("sin", x, [](auto v) { return sin(v); }),
                [x = Saved(x)](const Tensor& dy) { return dy * cos(*x); });
}

Tensor cos(const Tensor& x) {
  return record("cos", {x}, map("cos", x, [](auto v) { return cos(v); }),
                [x = Saved(x)](const Tensor& dy) { return -(dy * sin(*x)); });
}

Tensor erf(const Tensor& x) {
  return record("erf", {x}, map("erf", x, [](auto v) { return erf(v); }),
                [x = Saved(x)](const Tensor& dy) { return dy * (exp(-square(*x)) * (2 * std::numbers::inv_sqrtpi)); });
}

Tensor sqrt(Tensor x) {
  const Parent parent = x;
  return record("sqrt", {parent}, map("sqrt", std::move(x), [](auto v) { return sqrt(v); }),
                [](const Tensor& y, const Tensor& dy) { return dy / (2 * y); });
}

Tensor square(const Tensor& x) {
  return record("square", {x}, map("square", x, [](auto v) { return v * v; }),
                [x = Saved(x)](const Tensor& dy) { return dy * (2 * *x); });
}

Tensor abs(const Tensor& x) {
  return record("abs", {x}, map("abs", x, [](auto v) { return abs(v); }), [x = Saved(x)](const Tensor& dy) {
    return dy * map("abs", x->detach(), [](auto v) {
             using V = decltype(v);
             return where(V(0) < v, V(1), where(v < V(0), V(-1), v));  // 0 and NaN stay what they are
           });
  });
}

Tensor clamp(const Tensor& x, double low, double high) {
  if (!(low <= high)) throw_value_error("clamp", "low = " + to_text(low) + ", high = " + to_text(high), "low <= high");
  const auto limit = [=](auto v) {  // keeps NaN
    using V = decltype(v);
    return where(v < V(low), V(low), where(V(high) < v, V(high), v));
  };
  return record("clamp", {x}, map("clamp", x, limit),
                [x = Saved(x), low, high](Tensor dy) {  // dy where x lies within, whatever dy is
                  return detail::linear_gradient("clamp_gradient", x, std::move(dy), [=](auto g, auto v) {
                    using V = decltype(v);
                    return where((V(low) <= v) & (v <= V(high)), g, V(0));
                  });
                });
}

}  // namespace tandem
