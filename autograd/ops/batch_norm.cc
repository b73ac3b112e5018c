#include "autograd/ops/batch_norm.h"

#include "autograd/graph.h"
#include "autograd/kernels/reduce.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"

namespace tandem {
namespace {

/// Calls body(T{}, strip) for strips of x's columns: narrow enough for all rows to stay in the innermost cache, so that
/// going through them again costs little.
template <class Body>
void for_strips(const Tensor& x, Body body) {
  dispatch(x.dtype(), [&]<class T>(T) {
    const Index grain = kernels::map_grain / Simd<T>::width / x.dim(0) + 1;
    kernels::for_column_strips<T>(x.dim(1), grain, [&](auto strip) { body(T{}, strip); });
  });
}

/// Returns y, and stores the statistics of x in `mean` and `variance`.
Tensor normalize(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps, Tensor& mean,
                 Tensor& variance) {
  Tensor y(x.shape(), x.dtype());
  const Index n = x.dim(0), d = x.dim(1);
  for_strips(x, [&]<class T>(T, auto strip) {
    using V = Simd<T>;
    constexpr int count = strip.count;
    const T* from = x.data<T>();
    const auto load = [&](Index i, int k) { return strip.load(from + i * d, k); };
    V m[count], v[count];
    kernels::fold_rows(n, m, kernels::Sum{}, load);
    for (V& total : m) total = total / n;
    kernels::fold_rows(n, v, kernels::Sum{}, [&](Index i, int k) { return square(load(i, k) - m[k]); });
    V scale[count], shift[count];
    for (int k = 0; k < count; ++k) {
      v[k] = v[k] / n;
      strip.store(mean.mutable_data<T>(), k, m[k]);
      strip.store(variance.mutable_data<T>(), k, v[k]);
      scale[k] = strip.load(weight.data<T>(), k) / sqrt(v[k] + eps);
      shift[k] = strip.load(bias.data<T>(), k);
    }
    T* to = y.mutable_data<T>();
    for (Index i = 0; i < n; ++i)
      for (int k = 0; k < count; ++k) strip.store(to + i * d, k, (load(i, k) - m[k]) * scale[k] + shift[k]);
  });
  return y;
}

/// What the gradients need. While they are recorded themselves, they are made of ops.
struct Normalized {
  Saved x, weight, mean, variance;
  double eps;

  Tensor centred() const { return *x - tandem::mean(*x, {0}); }
  Tensor deviation() const { return sqrt(tandem::mean(square(centred()), {0}) + eps); }

  Tensor gradient_of_weight(const Tensor& dy) const {
    if (grad_enabled()) return sum(dy * centred() / deviation(), {0});
    Tensor dw(weight->shape(), weight->dtype());
    const Index n = x->dim(0), d = x->dim(1);
    for_strips(*x, [&]<class T>(T, auto strip) {
      constexpr int count = strip.count;
      const T *from = x->data<T>(), *g = dy.data<T>();
      Simd<T> m[count], total[count];
      for (int k = 0; k < count; ++k) m[k] = strip.load(mean->data<T>(), k);
      kernels::fold_rows(n, total, kernels::Sum{}, [&](Index i, int k) {
        return strip.load(g + i * d, k) * (strip.load(from + i * d, k) - m[k]);
      });
      for (int k = 0; k < count; ++k)
        strip.store(dw.mutable_data<T>(), k, total[k] / sqrt(strip.load(variance->data<T>(), k) + eps));
    });
    return dw;
  }

  Tensor gradient_of_x(Tensor dy) const {
    if (grad_enabled()) {
      const Tensor s = deviation(), z = centred() / s;
      return (dy - tandem::mean(dy, {0}) - z * tandem::mean(dy * z, {0})) * (*weight / s);
    }
    Tensor dx = reuse_or_new(dy);
    const Index n = x->dim(0), d = x->dim(1);
    for_strips(*x, [&]<class T>(T, auto strip) {
      using V = Simd<T>;
      constexpr int count = strip.count;
      const T *from = x->data<T>(), *g = dy.data<T>();
      V m[count], total[2 * count];  // of dy, and of dy (x - mean)
      for (int k = 0; k < count; ++k) m[k] = strip.load(mean->data<T>(), k);
      kernels::fold_rows(n, total, kernels::Sum{}, [&](Index i, int k) {
        const V v = strip.load(g + i * d, k % count);
        return k < count ? v : v * (strip.load(from + i * d, k % count) - m[k % count]);
      });
      V scale[count], slope[count];
      for (int k = 0; k < count; ++k) {
        const V squared = strip.load(variance->data<T>(), k) + eps;
        scale[k] = strip.load(weight->data<T>(), k) / sqrt(squared);
        slope[k] = total[count + k] / (squared * n);
        total[k] = total[k] / n;
      }
      T* to = dx.mutable_data<T>();
      for (Index i = 0; i < n; ++i)
        for (int k = 0; k < count; ++k) {
          const V centred = strip.load(from + i * d, k) - m[k];
          strip.store(to + i * d, k, (strip.load(g + i * d, k) - total[k] - centred * slope[k]) * scale[k]);
        }
    });
    return dx;
  }
};

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps, ColumnStatistics* statistics) {
  const Arguments arguments = {{"x", x}, {"weight", weight}, {"bias", bias}};
  require_floating("batch_norm", arguments);
  require(x.rank() == 2 && weight.shape() == Shape{x.dim(1)} && bias.shape() == weight.shape(), "batch_norm",
          "x is [n, features], weight and bias are [features]", arguments);
  require(x.dim(0) > 1, "batch_norm", "more than one example while training", {{"x", x}},
          "call eval() to use the running statistics");
  if (!(eps >= 0)) throw_value_error("batch_norm", "eps = " + to_text(eps), "it is at least 0");
  Tensor mean(weight.shape(), x.dtype()), variance(weight.shape(), x.dtype());
  Tensor y = normalize(x, weight, bias, eps, mean, variance);
  if (statistics) *statistics = {mean, variance};
  const Normalized saved{Saved(x), Saved(weight), Saved(mean), Saved(variance), eps};
  // x comes last: its gradient may be written over dy, which nobody needs any more.
  return record(
      "batch_norm", {weight, bias, x}, std::move(y), [saved](const Tensor& dy) { return saved.gradient_of_weight(dy); },
      [](const Tensor& dy) { return sum(dy, {0}); }, [saved](Tensor dy) { return saved.gradient_of_x(std::move(dy)); });
}

}  // namespace tandem
