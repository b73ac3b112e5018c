#include "autograd/ops/activation.h"

#include <numbers>

#include "autograd/elementwise.h"
#include "autograd/graph.h"
#include "autograd/linear_gradient.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"

namespace tandem {

Tensor relu(Tensor x) {
  const Parent parent = x;
  return record(
      "relu", {parent}, map("relu", std::move(x), [](auto v) { return where(v < 0, decltype(v)(0), v); }),  // keeps NaN
      [](const Tensor& y, Tensor dy) {  // dy where y > 0 or NaN
        return detail::linear_gradient("relu_gradient", Saved(y.detach()), std::move(dy),
                                       [](auto g, auto u) { return where(u <= decltype(u)(0), decltype(u)(0), g); });
      });
}

Tensor tanh(Tensor x) {
  const Parent parent = x;
  return record("tanh", {parent}, map("tanh", std::move(x), [](auto v) { return tanh(v); }),
                [](const Tensor& y, Tensor dy) {
                  if (grad_enabled()) return dy * (1 - square(y));
                  return map("tanh", std::move(dy), y, [](auto g, auto u) { return g * (1 - u * u); });
                });
}

Tensor sigmoid(Tensor x) {
  const Parent parent = x;
  return record("sigmoid", {parent}, map("sigmoid", std::move(x), [](auto v) { return sigmoid(v); }),
                [](const Tensor& y, Tensor dy) {
                  if (grad_enabled()) return dy * y * (1 - y);
                  return map("sigmoid", std::move(dy), y, [](auto g, auto u) { return g * u * (1 - u); });
                });
}

Tensor leaky_relu(const Tensor& x, double slope) {
  return elementwise("leaky_relu", x, [slope](auto v) { return where(v > 0, v, v * slope); });
}

Tensor elu(const Tensor& x, double alpha) {
  return elementwise("elu", x,
                     [alpha](auto v) { return where(v > 0, v, alpha * expm1(where(v > 0, decltype(v)(0), v))); });
}

Tensor gelu(const Tensor& x, Gelu form) {
  if (form == Gelu::exact)
    return elementwise("gelu", x, [](auto v) { return 0.5 * v * (1 + erf(v * (std::numbers::sqrt2 / 2))); });
  const double scale = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;  // sqrt(2 / pi)
  return elementwise("gelu", x, [scale](auto v) { return 0.5 * v * (1 + tanh(scale * (v + 0.044715 * v * v * v))); });
}

Tensor silu(const Tensor& x) {
  return elementwise("silu", x, [](auto v) { return v * sigmoid(v); });
}

Tensor softplus(const Tensor& x) {
  return elementwise("softplus", x, [](auto v) { return softplus(v); });
}

}  // namespace tandem
