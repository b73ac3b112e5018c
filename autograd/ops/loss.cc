#include "autograd/ops/loss.h"

#include <cmath>

#include "autograd/graph.h"
#include "autograd/kernels/softmax.h"
#include "autograd/map.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"

namespace tandem {
namespace {

Tensor reduced(const Tensor& losses, Reduction reduction) {
  if (reduction == Reduction::none) return losses;
  return reduction == Reduction::sum ? sum(losses) : mean(losses);
}

void check_labels(const char* op, const Tensor& scores, const char* name, const Tensor& labels) {
  require_defined(op, {{name, scores}, {"labels", labels}});
  if (scores.rank() != 2 || labels.rank() != 1) [[unlikely]]
    throw_shape_error(op, std::string(name) + " is [n, k] and labels is [n]", {{name, scores}, {"labels", labels}});
  if (scores.dim(0) != labels.dim(0)) [[unlikely]]
    throw_unequal(scores.dim(0), labels.dim(0), op, std::string(name) + ".shape[0] == labels.shape[0]",
                  {{name, scores}, {"labels", labels}});
  require_floating(op, {{name, scores}});
  if (labels.dtype() != DType::int64) throw_dtype_error(op, "labels are int64", {{"labels", labels}});
  const Index k = scores.dim(1);
  const std::int64_t* label = labels.data<std::int64_t>();
  for (Index i = 0; i < labels.size(); ++i)
    if (label[i] < 0 || label[i] >= k) [[unlikely]]
      throw_value_error(op,
                        "label " + std::to_string(label[i]) + " of example " + std::to_string(i) + " is outside [0, " +
                            std::to_string(k) + ")",
                        std::string(name) + ".shape[1] is the number of classes");
}

/// Intermediate results of cross_entropy from which its gradient starts: softmax(x)_ij = powers_ij / totals_i.
struct Softmax {
  Tensor powers;  ///< e^(x_ij - max_j x_ij), [n, k]
  Tensor totals;  ///< their sums, [n]
};

/// (softmax - target) * scale[i], row by row in one pass.
Tensor cross_entropy_gradient(const Softmax& softmax, const Tensor& labels, double smoothing, const Tensor& scale) {
  const Index n = softmax.powers.dim(0), k = softmax.powers.dim(1);
  Tensor dx({n, k}, softmax.powers.dtype());
  const std::int64_t* label = labels.data<std::int64_t>();
  dispatch(dx.dtype(), [&]<class T>(T) {
    const T *power = softmax.powers.data<T>(), *total = softmax.totals.data<T>();
    const T* factor = scale.data<T>();
    T* to = dx.mutable_data<T>();
    const T spread = static_cast<T>(smoothing / static_cast<double>(k)), sharp = static_cast<T>(1 - smoothing);
    parallel_for(n, kernels::row_grain(k), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        T* row = to + i * k;
        const T f = factor[i];
        kernels::map_range(
            0, k, row, [s = Simd<T>(f / total[i]), c = Simd<T>(spread * f)](auto v) { return v * s - c; },
            kernels::Stream<T>{power + i * k});
        row[label[i]] -= sharp * f;
      }
    });
  });
  return dx;
}

/// The losses of the examples, [n], with their own fused gradient.
Tensor cross_entropy_each(const Tensor& logits, const Tensor& labels, double smoothing) {
  const Index n = logits.dim(0), k = logits.dim(1);
  const std::int64_t* label = labels.data<std::int64_t>();
  Tensor losses({n}, logits.dtype());
  Softmax softmax_of{Tensor({n, k}, logits.dtype()), Tensor({n}, logits.dtype())};
  dispatch(logits.dtype(), [&]<class T>(T) {
    const T* from = logits.data<T>();
    T *power = softmax_of.powers.template mutable_data<T>(), *total = softmax_of.totals.template mutable_data<T>();
    T* to = losses.mutable_data<T>();
    parallel_for(n, kernels::row_grain(k), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const T* row = from + i * k;
        const T shift = kernels::row_shift(row, k);
        total[i] = kernels::exp_row(row, k, shift, power + i * k);
        T target = row[label[i]] - shift;  // the shift is subtracted on both sides, so that large logits lose no digits
        if (smoothing != 0) {
          const T average = kernels::reduce_registers<T>(k, kernels::Sum{},
                                                         [&](Index j, Index count) {
                                                           return kernels::load_first(row + j, count, shift) - shift;
                                                         }) /
                            static_cast<T>(k);
          target = static_cast<T>((1 - smoothing) * target + smoothing * average);
        }
        to[i] = std::log(total[i]) - target;
      }
    });
  });
  return record("cross_entropy", {logits}, std::move(losses),
                [softmax_of, logits = Saved(logits), labels = Saved(labels), smoothing](const Tensor& dy) {
                  if (!grad_enabled()) return cross_entropy_gradient(softmax_of, *labels, smoothing, dy);
                  const Index classes = logits->dim(1);
                  const Tensor target = one_hot(*labels, classes, logits->dtype()) * (1 - smoothing) +
                                        smoothing / static_cast<double>(classes);
                  return (softmax(*logits) - target) * reshape(dy, {-1, 1});
                });
}

}  // namespace

Tensor cross_entropy(const Tensor& logits, const Tensor& labels, double label_smoothing, Reduction reduction) {
  check_labels("cross_entropy", logits, "logits", labels);
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    throw_value_error("cross_entropy", "label_smoothing is " + to_text(label_smoothing), "it lies in [0, 1]");
  return reduced(cross_entropy_each(logits, labels, label_smoothing), reduction);
}

Tensor nll(const Tensor& log_probabilities, const Tensor& labels, Reduction reduction) {
  check_labels("nll", log_probabilities, "log_probabilities", labels);
  Tensor position({labels.size()}, DType::int64);  // of the true classes, in the flat array
  const Index k = log_probabilities.dim(1);
  const std::int64_t* label = labels.data<std::int64_t>();
  std::int64_t* to = position.mutable_data<std::int64_t>();
  for (Index i = 0; i < labels.size(); ++i) to[i] = i * k + label[i];
  return reduced(-gather_rows(reshape(log_probabilities, {-1}), position), reduction);
}

// max(l, 0) - l t first: softplus(l) - l t would lose all digits where l is large and t is 1.
// dL/dl = sigmoid(l) - t,  dL/dt = -l
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets, Reduction reduction) {
  require_floating("bce_with_logits", {{"logits", logits}, {"targets", targets}});
  require(logits.shape() == targets.shape(), "bce_with_logits", "the shapes are equal",
          {{"logits", logits}, {"targets", targets}});
  const Tensor losses = record(
      "bce_with_logits", {logits, targets},
      map("bce_with_logits", logits, targets, [](auto l, auto t) { return (max(l, 0) - l * t) + softplus(-abs(l)); }),
      [l = Saved(logits), t = Saved(targets)](const Tensor& dy) {
        if (grad_enabled()) return dy * (sigmoid(*l) - *t);
        return map("bce_with_logits", dy, *l, *t, [](auto g, auto u, auto v) { return g * (sigmoid(u) - v); });
      },
      [l = Saved(logits)](const Tensor& dy) { return -(dy * *l); });
  return reduced(losses, reduction);
}

Tensor mse(const Tensor& x, const Tensor& target, Reduction reduction) {
  require_floating("mse", {{"x", x}, {"target", target}});
  require(x.shape() == target.shape(), "mse", "the shapes are equal", {{"x", x}, {"target", target}});
  const auto slope = [x = Saved(x), t = Saved(target)](const Tensor& dy) {
    if (grad_enabled()) return dy * (2.0 * (*x - *t));
    return map("mse", dy, *x, *t, [](auto g, auto u, auto v) { return g * (2.0 * (u - v)); });
  };
  const Tensor losses =
      record("mse", {x, target}, map("mse", x, target, [](auto u, auto v) { return (u - v) * (u - v); }), slope,
             [slope](const Tensor& dy) { return -slope(dy); });
  return reduced(losses, reduction);
}

// dKL/dmu = mu,  dKL/dlog_var = (exp(log_var) - 1) / 2, by expm1, which is accurate near 0
Tensor gaussian_kl(const Tensor& mu, const Tensor& log_var, Reduction reduction) {
  require_floating("gaussian_kl", {{"mu", mu}, {"log_var", log_var}});
  require(mu.rank() == 2 && mu.shape() == log_var.shape(), "gaussian_kl", "mu and log_var are both [n, z]",
          {{"mu", mu}, {"log_var", log_var}});
  const Tensor terms = record(
      "gaussian_kl", {mu, log_var},
      map("gaussian_kl", mu, log_var, [](auto m, auto v) { return 0.5 * (m * m + expm1(v) - v); }),
      [m = Saved(mu)](const Tensor& dy) { return dy * *m; },
      [v = Saved(log_var)](const Tensor& dy) { return dy * (expm1(*v) * 0.5); });
  return reduced(sum(terms, {1}), reduction);
}

}  // namespace tandem
