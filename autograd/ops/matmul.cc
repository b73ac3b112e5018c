#include "autograd/ops/matmul.h"

#include "autograd/graph.h"
#include "autograd/kernels/gemm.h"
#include "autograd/map.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/profile.h"

namespace tandem {
namespace {

/// The axes before the last two.
Shape batch_of(const Tensor& x) { return Shape(std::span(x.shape().begin(), static_cast<std::size_t>(x.rank() - 2))); }

template <class T>
kernels::MatrixView<T> view(const Factor& x, Index offset) {
  return {x.tensor.data<T>() + offset, x.tensor.dim(-1), x.transposed};
}

/// Counts products [m, k] [k, n] if a Profiler is active.
void count(Index products, Index m, Index n, Index k) {
  if (Profiler* profiler = Profiler::current()) [[unlikely]]
    profiler->count_flop(2.0 * static_cast<double>(products) * static_cast<double>(m) * static_cast<double>(n) *
                         static_cast<double>(k));
}

/// The product of all pairs of matrices of two batches that broadcast; not recorded.
Tensor multiply(const Factor& a, const Factor& b) {
  const Index m = a.rows(), k = a.columns(), n = b.columns();
  if (a.tensor.rank() == 2 && b.tensor.rank() == 2) {
    Tensor y({m, n}, a.tensor.dtype());
    count(1, m, n, k);
    dispatch(y.dtype(),
             [&]<class T>(T) { kernels::gemm<T>(m, n, k, view<T>(a, 0), view<T>(b, 0), y.mutable_data<T>()); });
    return y;
  }
  const kernels::BroadcastPlan plan = kernels::plan_broadcast(batch_of(a.tensor), batch_of(b.tensor));
  Shape shape = plan.shape;
  shape.push_back(m);
  shape.push_back(n);
  Tensor y(shape, a.tensor.dtype());
  // Large products run one after the other, each on all threads; small ones run on one thread each.
  const Index products = plan.shape.size(), work = m * n * k;
  const Index grain = work > kernels::work_per_thread ? products : kernels::work_per_thread / (work + 1) + 1;
  count(products, m, n, k);
  dispatch(y.dtype(), [&]<class T>(T) {
    T* to = y.mutable_data<T>();
    parallel_for(products, grain, [&](Index begin, Index end) {
      kernels::Walk walk(plan.rank, plan.extent, plan.stride[0], plan.stride[1], begin);
      for (Index i = begin; i < end; ++i, walk.next())
        kernels::gemm<T>(m, n, k, view<T>(a, walk.start(0) * m * k), view<T>(b, walk.start(1) * k * n), to + i * m * n);
    });
  });
  return y;
}

/// product(x) for x [..., k] reshaped to [rows, k]; the result is reshaped to [..., n].
template <class Multiply>
Tensor by_rows(const Tensor& x, Index n, Multiply product) {
  Shape shape = x.shape();
  const Index rows = shape.without(x.rank() - 1).size();
  shape[x.rank() - 1] = n;
  return reshape(product(reshape(x, Shape{rows, x.dim(-1)})), shape);
}

}  // namespace

// With A = op(a), B = op(b):  dA = dy B^T,  dB = A^T dy; the gradient of a transposed factor is transposed.
Tensor matmul(const Factor& a, const Factor& b) {
  const Tensor &x = a.tensor, &w = b.tensor;
  require_defined("matmul", {{"a", x}, {"b", w}});
  require(x.rank() >= 1 && w.rank() >= 1, "matmul", "both have rank >= 1", {{"a", x}, {"b", w}});
  require_floating("matmul", {{"a", x}, {"b", w}});
  constexpr std::string_view rules[2][2] = {{"a.shape[-1] == b.shape[-2]", "a.shape[-1] == b.shape[-1]"},
                                            {"a.shape[-2] == b.shape[-2]", "a.shape[-2] == b.shape[-1]"}};
  const bool row = x.rank() == 1, column = w.rank() == 1;
  require_equal(row ? x.dim(0) : a.columns(), column ? w.dim(0) : b.rows(), "matmul",
                rules[a.transposed && !row][b.transposed || column], {{"a", x}, {"b", w}});
  if (row || column) {
    Tensor y = matmul(row ? unsqueeze(x, 0) : a, column ? unsqueeze(w, 1) : b);
    if (column) y = squeeze(y, -1);
    return row ? squeeze(y, column ? -1 : -2) : y;
  }
  if (x.rank() > 2 && w.rank() == 2 && !a.transposed)  // one product, also for the gradients
    return by_rows(x, b.columns(), [&](const Tensor& rows) { return matmul(rows, b); });
  if (x.rank() > 2 || w.rank() > 2)
    require(broadcast(batch_of(x), batch_of(w)).has_value(), "matmul", "the axes before the last two broadcast",
            {{"a", x}, {"b", w}});
  if (!grad_enabled()) return not_recorded("matmul", multiply(a, b));
  return record(
      "matmul", {x, w}, multiply(a, b),
      [w = Saved(w), ta = a.transposed, tb = b.transposed, s = x.shape()](const Tensor& dy) {
        return sum_to(ta ? matmul({*w, tb}, transposed(dy)) : matmul(dy, {*w, !tb}), s);
      },
      [x = Saved(x), ta = a.transposed, tb = b.transposed, s = w.shape()](const Tensor& dy) {
        return sum_to(tb ? matmul(transposed(dy), {*x, ta}) : matmul({*x, !ta}, dy), s);
      });
}

Tensor linear(const Tensor& x, const Factor& factor, const Tensor& bias) {
  const Tensor& weight = factor.tensor;
  const bool turned = factor.transposed;
  require_defined("linear", {{"x", x}, {"weight", weight}});
  require(x.rank() >= 1 && weight.rank() == 2, "linear", "x has rank >= 1, weight has rank 2",
          {{"x", x}, {"weight", weight}});
  const Index out = weight.dim(turned ? 1 : 0), in = weight.dim(turned ? 0 : 1);
  require_equal(x.dim(-1), in, "linear", turned ? "x.shape[-1] == weight.shape[0]" : "x.shape[-1] == weight.shape[1]",
                {{"x", x}, {"weight", weight}});
  require_floating("linear", {{"x", x}, {"weight", weight}});
  if (x.rank() != 2) return by_rows(x, out, [&](const Tensor& rows) { return linear(rows, factor, bias); });
  if (bias.defined()) {
    require(bias.rank() == 1, "linear", "bias has rank 1", {{"weight", weight}, {"bias", bias}});
    require_equal(bias.dim(0), out, "linear",
                  turned ? "bias.shape[0] == weight.shape[1]" : "bias.shape[0] == weight.shape[0]",
                  {{"weight", weight}, {"bias", bias}});
    require_floating("linear", {{"weight", weight}, {"bias", bias}});
  }
  const bool finite = turned && x.dim(0) == 1 && weight.known_finite();  // only products of one row use it
  Tensor y({x.dim(0), out}, x.dtype());
  count(1, x.dim(0), out, in);
  dispatch(y.dtype(), [&]<class T>(T) {
    kernels::gemm<T>(x.dim(0), out, in, {x.data<T>(), in}, {weight.data<T>(), weight.dim(1), !turned, finite},
                     y.mutable_data<T>(), {.bias = bias.defined() ? bias.data<T>() : nullptr});
  });
  if (!grad_enabled()) return not_recorded("linear", std::move(y));
  auto dx = [w = Saved(weight), turned](const Tensor& dy) { return matmul(dy, {*w, turned}); };
  auto dw = [x = Saved(x), turned](const Tensor& dy) {
    return turned ? matmul(transposed(*x), dy) : matmul(transposed(dy), *x);
  };
  if (!bias.defined()) return record("linear", {x, weight}, std::move(y), std::move(dx), std::move(dw));
  return record("linear", {x, weight, bias}, std::move(y), std::move(dx), std::move(dw),
                [](const Tensor& dy) { return sum(dy, {0}); });
}

}  // namespace tandem
