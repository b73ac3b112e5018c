#include "autograd/ops/softmax.h"

#include <cmath>
#include <limits>

#include "autograd/denormals.h"
#include "autograd/graph.h"
#include "autograd/kernels/softmax.h"
#include "autograd/map.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace {

/// Runs row(T* y, n, const T* x, ...) for each row of the last axis of tensors of one shape.
template <class Row, class... More>
Tensor for_rows(Row row, const Tensor& x, const More&... more) {
  Tensor y(x.shape(), x.dtype());
  const Index n = x.dim(-1), rows = n ? x.size() / n : 0;
  dispatch(x.dtype(), [&]<class T>(T) {
    T* const to = y.mutable_data<T>();
    parallel_for(rows, kernels::row_grain(n), [&](Index begin, Index end) {
      for (Index i = begin * n; i < end * n; i += n) row(to + i, n, x.data<T>() + i, (more.template data<T>() + i)...);
    });
  });
  return y;
}

Tensor softmax_rows(const Tensor& x) {
  return for_rows(
      []<class T>(T* to, Index n, const T* from) {
        const T total = kernels::exp_row(from, n, kernels::row_shift(from, n), to);
        kernels::map_range(
            0, n, to, [t = Simd<T>(total)](auto v) { return v / t; }, kernels::Stream<T>{to});
      },
      x);
}

Tensor softmax_rows_gradient(const Tensor& y, const Tensor& dy) {
  return for_rows(
      []<class T>(T* to, Index n, const T* q, const T* g) {
        kernels::map_range(
            0, n, to, [](auto v, auto u) { return v * u; }, kernels::Stream<T>{g}, kernels::Stream<T>{q});
        const Simd<T> total = kernels::reduce_row(to, n, kernels::Sum{});
        kernels::map_range(
            0, n, to, [total](auto v, auto u) { return v * (u - total); }, kernels::Stream<T>{q},
            kernels::Stream<T>{g});
      },
      y, dy);
}

Tensor log_softmax_rows(const Tensor& x) {
  return for_rows(
      []<class T>(T* to, Index n, const T* from) {
        const T shift = kernels::row_shift(from, n);
        const T log_total = std::log(kernels::exp_row(from, n, shift, to));
        const auto subtract = [s = Simd<T>(shift), t = Simd<T>(log_total)](auto v) { return v - s - t; };
        kernels::map_range(0, n, to, subtract, kernels::Stream<T>{from});
      },
      x);
}

Tensor log_softmax_rows_gradient(const Tensor& y, const Tensor& dy) {
  return for_rows(
      []<class T>(T* to, Index n, const T* q, const T* g) {
        const Simd<T> total = kernels::reduce_row(g, n, kernels::Sum{});
        kernels::map_range(
            0, n, to, [total](auto v, auto u) { return u - exp(v) * total; }, kernels::Stream<T>{q},
            kernels::Stream<T>{g});
      },
      y, dy);
}

/// x less its largest entry along the axis, or less 0 where that is infinite, so that no NaN is made.
Tensor shifted(const Tensor& x, int axis) {
  return map("shifted", x, max(x, {axis}, true), []<class V>(V v, V largest) {
    return v - where(abs(largest) < V(std::numeric_limits<double>::infinity()), largest, V(0));
  });
}

// Along other axes than the last, numbers that belong together lie apart: whole ops, along the rows, are faster.
Tensor softmax_across(const Tensor& x, int axis) {
  const NoGrad no_grad;
  const NanGuardPause pause;  // it checks the result
  const Tensor powers = exp(shifted(x, axis));
  return powers / sum(powers, {axis}, true);
}

Tensor log_softmax_across(const Tensor& x, int axis) {
  const NoGrad no_grad;
  const NanGuardPause pause;
  const Tensor less = shifted(x, axis);
  return less - log(sum(exp(less), {axis}, true));
}

bool by_rows(const Tensor& x, int axis) { return axis == x.rank() - 1 || x.size() == 0; }

}  // namespace

// dx = y (dy - sum(dy y))
Tensor softmax(const Tensor& x, Index axis) {
  require_floating("softmax", {{"x", x}});
  const int k = x.shape().normalize(axis, "softmax");
  Tensor y = by_rows(x, k) ? softmax_rows(x) : softmax_across(x, k);
  return record("softmax", {x}, std::move(y), [k](const Tensor& p, const Tensor& dy) {
    if (grad_enabled() || !by_rows(p, k)) return p * (dy - sum(dy * p, {k}, true));
    return softmax_rows_gradient(p, dy);
  });
}

// dx = dy - e^y sum(dy)
Tensor log_softmax(const Tensor& x, Index axis) {
  require_floating("log_softmax", {{"x", x}});
  const int k = x.shape().normalize(axis, "log_softmax");
  Tensor y = by_rows(x, k) ? log_softmax_rows(x) : log_softmax_across(x, k);
  return record("log_softmax", {x}, std::move(y), [k](const Tensor& log_p, const Tensor& dy) {
    if (grad_enabled() || !by_rows(log_p, k)) return dy - exp(log_p) * sum(dy, {k}, true);
    return log_softmax_rows_gradient(log_p, dy);
  });
}

// dx = e^(x - y) dy
Tensor logsumexp(const Tensor& x, Index axis, bool keepdim) {
  require_floating("logsumexp", {{"x", x}});
  const int along = x.shape().normalize(axis, "logsumexp");
  const Tensor moved = along == x.rank() - 1 ? x.detach() : transpose(x.detach(), along, -1);
  const Index n = moved.dim(-1);
  Shape kept = moved.shape();
  kept[moved.rank() - 1] = 1;
  Tensor y(kept, x.dtype());
  const Index rows = y.size();  // of no numbers the sum is 0 and its logarithm -inf
  dispatch(x.dtype(), [&]<class T>(T) {
    std::vector<T, PoolAllocator<T>> powers(static_cast<std::size_t>(n));
    const FlushDenormals flush;
    T* const to = y.mutable_data<T>();
    for (Index i = 0; i < rows; ++i) {
      const T* from = moved.data<T>() + i * n;
      const T shift = kernels::row_shift(from, n);
      to[i] = shift + std::log(kernels::exp_row(from, n, shift, powers.data()));
    }
  });
  if (along != x.rank() - 1) y = transpose(y, along, -1);
  const Shape with_axis = y.shape();
  if (!keepdim) y = y.reshape(with_axis.without(along));
  return record("logsumexp", {x}, std::move(y), [x = Saved(x), with_axis](const Tensor& total, const Tensor& dy) {
    return exp(*x - reshape(total, with_axis)) * reshape(dy, with_axis);
  });
}

}  // namespace tandem
