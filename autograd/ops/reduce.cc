#include "autograd/ops/reduce.h"

#include <cmath>

#include "autograd/denormals.h"
#include "autograd/graph.h"
#include "autograd/kernels/reduce.h"
#include "autograd/map.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/shape.h"

namespace tandem {
namespace {

[[noreturn]] void throw_named_twice(const char* op, Index axis) {
  throw_shape_error(std::string(op) + ": axis " + std::to_string(axis) + " twice", {}, {});
}

/// Which axes are reduced, and the shapes that follow.
struct Reduced {
  bool reduced[Shape::max_rank] = {};
  Shape kept;     ///< with extent 1 along the reduced axes
  Shape dropped;  ///< without them
  Index count = 1;

  Reduced(const char* op, const Shape& shape, const Axes& axes) {
    for (const Index axis : axes) {
      bool& named = reduced[shape.normalize(axis, op)];
      if (named) [[unlikely]]
        throw_named_twice(op, axis);
      named = true;
    }
    for (int i = 0; i < shape.rank(); ++i) {
      if (axes.empty()) reduced[i] = true;
      kept.push_back(reduced[i] ? 1 : shape[i]);
      if (reduced[i]) count *= shape[i];
      if (!reduced[i]) dropped.push_back(shape[i]);
    }
  }
  const Shape& shape(bool keepdim) const { return keepdim ? kept : dropped; }

  /// Whether an axis before `end`, of an extent other than 1, is reduced.
  bool folds_before(int end, const Shape& shape) const {
    for (int i = 0; i < end; ++i)
      if (reduced[i] && shape[i] != 1) return true;
    return false;
  }
};

/// x folded over the axes, not recorded; `shape` is r.kept or r.dropped. Neighbouring reduced axes are folded as one
/// run, and axes of extent 1 count as either kind. The last run is folded first.
template <class Fold>
Tensor reduce(const Tensor& x, const Reduced& r, const Shape& shape, Fold fold) {
  const Shape& from = x.shape();
  Tensor y;         // of the runs so far
  Index inner = 1;  // numbers that lie behind the run
  int end = x.rank();
  do {
    for (; end > 0 && (!r.reduced[end - 1] || from[end - 1] == 1); --end) inner *= from[end - 1];
    Index count = 1, outer = 1;
    for (; end > 0 && (r.reduced[end - 1] || from[end - 1] == 1); --end) count *= from[end - 1];
    for (int i = 0; i < end; ++i) outer *= from[i];
    const Tensor before = std::exchange(y, Tensor(r.folds_before(end, from) ? Shape{outer, inner} : shape, x.dtype()));
    dispatch(x.dtype(), [&]<class T>(T) {
      const T* numbers = before.defined() ? before.data<T>() : x.data<T>();
      T* to = y.mutable_data<T>();
      if (std::is_same_v<Fold, kernels::Sum> && outer * inner == 1) *to = kernels::sum_all(numbers, count);
      else kernels::reduce_middle(numbers, outer, count, inner, to, fold);
    });
  } while (r.folds_before(end, from));
  return y;
}

/// The gradient of each group's extremum, shared evenly among the elements equal to it.
Tensor share_among_equals(const Tensor& x, const Tensor& extremum, const Tensor& dy, const Reduced& r) {
  const Tensor is_extremum = map("extremum", x.detach(), extremum.detach(), [](auto v, auto m) {
    using V = decltype(v);
    return where(v == m, V(1), V(0));
  });
  const Tensor count = reduce(is_extremum, r, r.kept, kernels::Sum{});
  return is_extremum / count * reshape(dy, r.kept);
}

/// Records the extremum of each group as the op's result.
Tensor record_extremum(const char* op, const Tensor& x, const Reduced& r, Tensor extremum) {
  return record(op, {x}, std::move(extremum), [x = Saved(x), r](const Tensor& m, const Tensor& dy) {
    return share_among_equals(*x, m.detach().reshape(r.kept), dy, r);
  });
}

/// -x, outside the graph. An infinity in it is no mistake: NanGuard is to check an op's result, not this.
Tensor negated(const Tensor& x) {
  const NanGuardPause pause;
  return -x.detach();
}

}  // namespace

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  require_floating("sum", {{"x", x}});
  const Reduced r("sum", x.shape(), axes);
  return record("sum", {x}, reduce(x, r, r.shape(keepdim), kernels::Sum{}),
                [from = x.shape(), kept = r.kept](const Tensor& dy) { return broadcast_to(reshape(dy, kept), from); });
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  require_floating("mean", {{"x", x}});
  const Reduced r("mean", x.shape(), axes);
  const auto n = static_cast<double>(r.count);
  return record(
      "mean", {x}, map("mean", reduce(x, r, r.shape(keepdim), kernels::Sum{}), [n](auto v) { return v / n; }),
      [from = x.shape(), kept = r.kept, n](Tensor dy) { return broadcast_to(reshape(std::move(dy) / n, kept), from); });
}

Tensor max(const Tensor& x, const Axes& axes, bool keepdim) {
  require_floating("max", {{"x", x}});
  const Reduced r("max", x.shape(), axes);
  require(r.count > 0, "max", "at least one element along the axes", {{"x", x}});
  return record_extremum("max", x, r, reduce(x, r, r.shape(keepdim), kernels::Max{}));
}

Tensor min(const Tensor& x, const Axes& axes, bool keepdim) {
  require_floating("min", {{"x", x}});
  const Reduced r("min", x.shape(), axes);
  require(r.count > 0, "min", "at least one element along the axes", {{"x", x}});
  return record_extremum("min", x, r, negated(reduce(negated(x), r, r.shape(keepdim), kernels::Max{})));
}

Tensor variance(const Tensor& x, const Axes& axes, bool keepdim, Index correction) {
  require_floating("variance", {{"x", x}});
  const Reduced r("variance", x.shape(), axes);
  require(r.count > correction, "variance", "more elements along the axes than the correction", {{"x", x}});
  return sum(square(x - mean(x, axes, true)), axes, keepdim) /
         (static_cast<double>(r.count) - static_cast<double>(correction));
}

namespace {

template <class T>
void argmax_into(const T* x, Index outer, Index n, Index inner, std::int64_t* y) {
  const FlushDenormals flush;
  for (Index i = 0; i < outer; ++i)
    for (Index j = 0; j < inner; ++j) {
      const T* from = x + i * n * inner + j;
      Index best = 0;
      for (Index k = 1; k < n; ++k) {
        const T v = from[k * inner], b = from[best * inner];
        if (v > b || (std::isnan(b) && !std::isnan(v))) best = k;
      }
      y[i * inner + j] = best;
    }
}

}  // namespace

Tensor argmax(const Tensor& x, Index axis, bool keepdim) {
  require_floating("argmax", {{"x", x}});
  const int along = x.shape().normalize(axis, "argmax");
  const Reduced r("argmax", x.shape(), {along});
  require(r.count > 0, "argmax", "at least one element along the axis", {{"x", x}});
  Index outer = 1, inner = 1;
  for (int i = 0; i < x.rank(); ++i) (i < along ? outer : inner) *= i == along ? 1 : x.shape()[i];
  Tensor y(r.shape(keepdim), DType::int64);
  dispatch(x.dtype(),
           [&]<class T>(T) { argmax_into(x.data<T>(), outer, r.count, inner, y.mutable_data<std::int64_t>()); });
  return y;
}

Tensor argmin(const Tensor& x, Index axis, bool keepdim) {
  require_floating("argmin", {{"x", x}});
  require(x.dim(axis) > 0, "argmin", "at least one element along the axis", {{"x", x}});
  return argmax(negated(x), axis, keepdim);
}

}  // namespace tandem
