#include "autograd/ops/softmax.h"

#include <cmath>

#include "autograd/denormals.h"
#include "autograd/graph.h"
#include "autograd/kernels/softmax.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace {

/// Applies op, which works along the last axis, along `axis`.
template <class Op>
Tensor along_last(const char* name, const Tensor& x, Index axis, Op op) {
  const int along = x.shape().normalize(axis, name);
  if (along == x.rank() - 1) return op(x);
  return transpose(op(transpose(x, along, -1)), along, -1);
}

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

// dx = y (dy - sum(dy y))
Tensor softmax_last(const Tensor& x) {
  Tensor y = for_rows(
      []<class T>(T* to, Index n, const T* from) {
        const T total = kernels::exp_row(from, n, kernels::row_shift(from, n), to);
        kernels::map_range(
            0, n, to, [t = Simd<T>(total)](auto v) { return v / t; }, kernels::Stream<T>{to});
      },
      x);
  return record("softmax", {x}, std::move(y), [](const Tensor& p, const Tensor& dy) {
    if (grad_enabled()) return p * (dy - sum(dy * p, {-1}, true));
    return for_rows(
        []<class T>(T* to, Index n, const T* q, const T* g) {
          kernels::map_range(
              0, n, to, [](auto v, auto u) { return v * u; }, kernels::Stream<T>{g}, kernels::Stream<T>{q});
          const Simd<T> total = kernels::reduce_row(to, n, kernels::Sum{});
          kernels::map_range(
              0, n, to, [total](auto v, auto u) { return v * (u - total); }, kernels::Stream<T>{q},
              kernels::Stream<T>{g});
        },
        p, dy);
  });
}

// dx = dy - e^y sum(dy)
Tensor log_softmax_last(const Tensor& x) {
  Tensor y = for_rows(
      []<class T>(T* to, Index n, const T* from) {
        const T shift = kernels::row_shift(from, n);
        const T log_total = std::log(kernels::exp_row(from, n, shift, to));
        const auto subtract = [s = Simd<T>(shift), t = Simd<T>(log_total)](auto v) { return v - s - t; };
        kernels::map_range(0, n, to, subtract, kernels::Stream<T>{from});
      },
      x);
  return record("log_softmax", {x}, std::move(y), [](const Tensor& log_p, const Tensor& dy) {
    if (grad_enabled()) return dy - exp(log_p) * sum(dy, {-1}, true);
    return for_rows(
        []<class T>(T* to, Index n, const T* q, const T* g) {
          const Simd<T> total = kernels::reduce_row(g, n, kernels::Sum{});
          kernels::map_range(
              0, n, to, [total](auto v, auto u) { return u - exp(v) * total; }, kernels::Stream<T>{q},
              kernels::Stream<T>{g});
        },
        log_p, dy);
  });
}

}  // namespace

Tensor softmax(const Tensor& x, Index axis) {
  require_floating("softmax", {{"x", x}});
  return along_last("softmax", x, axis, softmax_last);
}

Tensor log_softmax(const Tensor& x, Index axis) {
  require_floating("log_softmax", {{"x", x}});
  return along_last("log_softmax", x, axis, log_softmax_last);
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
  return record("logsumexp", {x}, y.detach(), [x = Saved(x), with_axis](const Tensor& total, const Tensor& dy) {
    return exp(*x - reshape(total, with_axis)) * reshape(dy, with_axis);
  });
}

}  // namespace tandem
