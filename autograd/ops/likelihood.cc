#include "autograd/ops/likelihood.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace {

/// The sum over one row. Since log(1 + e^l) = max(l, 0) + log(1 + e^-|l|), and the argument of that logarithm lies in
/// (1, 2], one logarithm of a product replaces many, which would be the most expensive part.
template <class T>
T log_likelihood_of_row(const T* logit, const T* x, Index d) {
  using V = Simd<T>;
  constexpr Index w = V::width, factors = 64;  // 2^64 is far from overflow
  V sum = 0, product = 1;
  const auto add = [&](V l, V t) {
    sum = sum + (l * t - max(l, 0));
    product = product * (1 + exp(-abs(l)));
  };
  Index j = 0;
  while (j + w <= d) {
    for (const Index end = std::min(j + factors * w, d); j + w <= end; j += w) add(V::load(logit + j), V::load(x + j));
    sum = sum - log(product);
    product = 1;
  }
  if (j < d) {
    const int rest = static_cast<int>(d - j);
    add(V::load_some(logit + j, rest, T(-1e30)), V::load_some(x + j, rest));  // padding: x = 0, predicted surely
    sum = sum - log(product);
  }
  return sum.sum();
}

/// Calls f(i, j) for every row i of the logits and its row j of x, unless there are no numbers.
template <class F>
void for_rows(const Tensor& logits, const Tensor& x, F f) {
  const Index n = x.dim(0), d = x.dim(1);
  if (n == 0 || d == 0) return;
  parallel_for(logits.size() / d, std::max<Index>(1, kernels::map_grain / d), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) f(row, row % n);
  });
}

Tensor log_likelihood_of_rows(const Tensor& logits, const Tensor& x) {
  Tensor y = zeros(logits.shape().without(logits.rank() - 1), logits.dtype());
  dispatch(logits.dtype(), [&]<class T>(T) {
    const Index d = x.dim(1);
    for_rows(logits, x, [d, l = logits.data<T>(), t = x.data<T>(), to = y.mutable_data<T>()](Index row, Index image) {
      to[row] = log_likelihood_of_row(l + row * d, t + image * d, d);
    });
  });
  return y;
}

/// dy (x - sigmoid(l)), in one pass.
Tensor logits_gradient(const Tensor& logits, const Tensor& x, const Tensor& dy) {
  Tensor dl(logits.shape(), logits.dtype());
  dispatch(logits.dtype(), [&]<class T>(T) {
    const Index d = x.dim(1);
    for_rows(logits, x,
             [d, l = logits.data<T>(), t = x.data<T>(), g = dy.data<T>(), to = dl.mutable_data<T>()](Index row,
                                                                                                     Index image) {
               kernels::map_range(
                   0, d, to + row * d, [s = Simd<T>(g[row])](auto u, auto v) { return s * (v - sigmoid(u)); },
                   kernels::Stream<T>{l + row * d}, kernels::Stream<T>{t + image * d});
             });
  });
  return dl;
}

/// dy with an axis of extent 1 appended, to broadcast along the pixels.
Tensor along_pixels(const Tensor& dy) { return reshape(dy, dy.shape().with(dy.rank(), 1)); }

}  // namespace

Tensor bernoulli_log_likelihood(const Tensor& logits, const Tensor& x) {
  const char* const op = "bernoulli_log_likelihood";
  require_floating(op, {{"logits", logits}, {"x", x}});
  require(x.rank() == 2 && logits.rank() >= 2 && logits.dim(-2) == x.dim(0) && logits.dim(-1) == x.dim(1), op,
          "logits are [..., n, d] and x is [n, d]", {{"logits", logits}, {"x", x}});
  return record(
      op, {logits, x}, log_likelihood_of_rows(logits, x),
      [l = Saved(logits), t = Saved(x)](const Tensor& dy) {
        if (!grad_enabled()) return logits_gradient(*l, *t, dy);
        return along_pixels(dy) * (*t - sigmoid(*l));
      },
      [l = Saved(logits), shape = x.shape()](const Tensor& dy) { return sum_to(along_pixels(dy) * *l, shape); });
}

Tensor gaussian_log_density(const Tensor& x, const Tensor& mu, const Tensor& log_var) {
  require_floating("gaussian_log_density", {{"x", x}, {"mu", mu}, {"log_var", log_var}});
  const std::optional<Shape> shape = broadcast(x.shape(), mu.shape());
  require(shape && broadcast(log_var.shape(), *shape), "gaussian_log_density", "x, mu and log_var broadcast",
          {{"x", x}, {"mu", mu}, {"log_var", log_var}});
  const Tensor terms = log_var + square(x - mu) * exp(-log_var) + std::log(2 * std::numbers::pi);
  return sum(terms, {-1}) * -0.5;
}

}  // namespace tandem
