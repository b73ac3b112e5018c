#include "autograd/ops/shape.h"

#include <algorithm>
#include <array>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/kernels/copy.h"
#include "autograd/kernels/permute.h"
#include "autograd/map.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/reduce.h"

namespace tandem {
namespace {

Index product(const Shape& shape, int begin, int end) {
  Index size = 1;
  for (int i = begin; i < end; ++i) size *= shape[i];
  return size;
}

/// Copies `rows` pieces of `bytes` bytes, each a stride further on either side.
void copy_rows(Index rows, std::size_t bytes, std::byte* to, std::size_t to_stride, const std::byte* from,
               std::size_t from_stride) {
  if (bytes == 0) return;
  for (Index row = 0; row < rows; ++row)
    kernels::copy_bytes(to + static_cast<std::size_t>(row) * to_stride,
                        from + static_cast<std::size_t>(row) * from_stride, bytes);
}

/// Zeros of `shape` with x put at begin along an axis: the gradient of slice().
Tensor pad_with_zeros(const Tensor& x, const Shape& shape, int axis, Index begin) {
  Tensor y = zeros(shape, x.dtype());
  const std::size_t step = static_cast<std::size_t>(product(shape, axis + 1, shape.rank())) * size_of(x.dtype());
  const auto extent = [&](Index n) { return static_cast<std::size_t>(n) * step; };
  copy_rows(product(shape, 0, axis), extent(x.shape()[axis]), y.mutable_raw_data() + extent(begin), extent(shape[axis]),
            x.raw_data(), extent(x.shape()[axis]));
  return record("pad", {x}, std::move(y),
                [axis, begin, n = x.shape()[axis]](const Tensor& dy) { return slice(dy, axis, begin, begin + n); });
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  if (!x.defined() || shape.size() != x.size()) [[unlikely]] {
    require_defined("reshape", {{"x", x}});
    throw_unequal(shape.size(), x.size(), "reshape", "the number of elements of " + to_string(shape) + " is that of x",
                  {{"x", x}});
  }
  Tensor y(x.storage(), x.offset(), shape, x.dtype());
  const NanGuardPause pause;  // it only moves numbers
  if (!grad_enabled()) return not_recorded("reshape", std::move(y));
  return record("reshape", {x}, std::move(y), [from = x.shape()](const Tensor& dy) { return reshape(dy, from); });
}

Tensor reshape(const Tensor& x, std::initializer_list<Index> dims) {
  std::array<Index, Shape::max_rank> extents{};
  if (dims.size() > extents.size()) return reshape(x, Shape(dims));  // which refuses it
  const std::span<Index> known(extents.data(), dims.size());
  std::copy(dims.begin(), dims.end(), known.begin());
  Index* open = nullptr;
  Index rest = 1;
  for (Index& dim : known) {
    require(dim >= 0 || (dim == -1 && !open), "reshape", "extents are >= 0, and at most one of them is -1", {{"x", x}});
    if (dim == -1) open = &dim;
    else if (__builtin_mul_overflow(rest, dim, &rest)) return reshape(x, Shape(dims));  // which refuses it
  }
  if (open) {
    require_defined("reshape", {{"x", x}});
    if (rest == 0 || x.size() % rest != 0) [[unlikely]]
      throw_shape_error("reshape",
                        "the known extents, together " + std::to_string(rest) + ", divide the number of elements",
                        {{"x", x}});
    *open = x.size() / rest;
  }
  return reshape(x, Shape(known));
}

Tensor permute(const Tensor& x, const std::vector<int>& order) {
  const int rank = x.rank();
  require_equal(static_cast<Index>(order.size()), rank, "permute", "order has as many axes as x", {{"x", x}});
  Shape shape;
  Index from_strides[Shape::max_rank], strides[Shape::max_rank];
  std::vector<int> inverse(order.size(), -1);
  for (Index stride = 1, i = rank - 1; i >= 0; --i) {
    from_strides[i] = stride;
    stride *= x.shape()[static_cast<int>(i)];
  }
  for (int i = 0; i < rank; ++i) {
    const int from = x.shape().normalize(order[static_cast<std::size_t>(i)], "permute");
    if (inverse[static_cast<std::size_t>(from)] >= 0) [[unlikely]]
      throw_shape_error("permute", "order names every axis once", {{"x", x}},
                        "axis " + std::to_string(from) + " twice");
    inverse[static_cast<std::size_t>(from)] = i;
    shape.push_back(x.shape()[from]);
    strides[i] = from_strides[from];
  }
  Tensor y(shape, x.dtype());
  if (y.size() > 0)
    dispatch_any(x.dtype(), [&]<class T>(T) {
      kernels::permute(kernels::PermutePlan(shape, strides), x.data<T>(), y.mutable_data<T>());
    });
  const NanGuardPause pause;  // it only moves numbers
  return record("permute", {x}, std::move(y), [inverse](const Tensor& dy) { return permute(dy, inverse); });
}

Tensor transpose(const Tensor& x, Index axis0, Index axis1) {
  std::vector<int> order(static_cast<std::size_t>(x.rank()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::swap(order[static_cast<std::size_t>(x.shape().normalize(axis0, "transpose"))],
            order[static_cast<std::size_t>(x.shape().normalize(axis1, "transpose"))]);
  return permute(x, order);
}

Tensor slice(const Tensor& x, Index axis, Index begin, Index end) {
  const int along = x.shape().normalize(axis, "slice");
  const Index n = x.shape()[along], first = begin < 0 ? begin + n : begin, after = end < 0 ? end + n : end;
  if (first < 0 || first > after || after > n) [[unlikely]]
    throw_shape_error(
        "slice", "0 <= begin <= end <= extent", {{"x", x}},
        "begin " + std::to_string(begin) + ", end " + std::to_string(end) + ", axis " + std::to_string(along),
        begin < 0 || end < 0 ? "negative positions count from the end" : "");
  Shape shape = x.shape();
  shape[along] = after - first;
  const Index step = product(x.shape(), along + 1, x.rank()), rows = product(x.shape(), 0, along);
  Tensor y;
  if (rows == 1) {
    y = Tensor(x.storage(), x.offset() + first * step, shape, x.dtype());
  } else {
    y = Tensor(shape, x.dtype());
    const auto bytes = [&](Index count) { return static_cast<std::size_t>(count * step) * size_of(x.dtype()); };
    copy_rows(rows, bytes(after - first), y.mutable_raw_data(), bytes(after - first), x.raw_data() + bytes(first),
              bytes(n));
  }
  const NanGuardPause pause;  // it only moves numbers
  return record("slice", {x}, std::move(y),
                [from = x.shape(), along, first](const Tensor& dy) { return pad_with_zeros(dy, from, along, first); });
}

Tensor concat(const std::vector<Tensor>& tensors, Index axis) {
  if (tensors.empty()) throw_value_error("concat", "no tensors", "at least one is needed to know the shape");
  const Tensor& first = tensors.front();
  require_defined("concat", {{"first", first}});
  for (const Tensor& x : tensors) require_defined("concat", {{"first", first}, {"other", x}});
  const int along = first.shape().normalize(axis, "concat");
  Shape shape = first.shape();
  shape[along] = 0;
  std::vector<Index> begins;
  for (const Tensor& x : tensors) {
    if (x.dtype() != first.dtype()) throw_dtype_error("concat", "one type", {{"first", first}, {"other", x}});
    if (x.rank() != first.rank() || !(x.shape().without(along) == first.shape().without(along))) [[unlikely]]
      throw_shape_error("concat", "shapes are equal but for axis " + std::to_string(along),
                        {{"first", first}, {"other", x}});
    begins.push_back(shape[along]);
    shape[along] += x.shape()[along];
  }
  Tensor y(shape, first.dtype());
  const std::size_t step = static_cast<std::size_t>(product(shape, along + 1, shape.rank())) * size_of(y.dtype());
  std::byte* to = y.mutable_raw_data();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::size_t bytes = static_cast<std::size_t>(tensors[i].shape()[along]) * step;
    copy_rows(product(shape, 0, along), bytes, to + static_cast<std::size_t>(begins[i]) * step,
              static_cast<std::size_t>(shape[along]) * step, tensors[i].raw_data(), bytes);
  }
  begins.push_back(shape[along]);
  const NanGuardPause pause;  // it only moves numbers
  return record_list("concat", tensors, std::move(y), [begins, along](std::size_t i, const Tensor& dy) {
    return slice(dy, along, begins[i], begins[i + 1]);
  });
}

namespace {

/// Where an axis is to be added, in [0, rank].
int new_axis(const char* op, const Tensor& x, Index axis) {
  const Index along = axis < 0 ? axis + x.rank() + 1 : axis;
  if (along < 0 || along > x.rank()) [[unlikely]]
    throw_shape_error(op, "-rank - 1 <= axis <= rank", {{"x", x}}, "axis " + std::to_string(axis));
  return static_cast<int>(along);
}

}  // namespace

Tensor unsqueeze(const Tensor& x, Index axis) { return reshape(x, x.shape().with(new_axis("unsqueeze", x, axis), 1)); }

Tensor squeeze(const Tensor& x) {
  Shape shape;
  for (const Index extent : x.shape())
    if (extent != 1) shape.push_back(extent);
  return reshape(x, shape);
}

Tensor squeeze(const Tensor& x, Index axis) {
  const int along = x.shape().normalize(axis, "squeeze");
  return x.shape()[along] == 1 ? reshape(x, x.shape().without(along)) : x;
}

Tensor stack(const std::vector<Tensor>& tensors, Index axis) {
  if (tensors.empty()) throw_value_error("stack", "no tensors", "at least one is needed to know the shape");
  const Tensor& first = tensors.front();
  require_defined("stack", {{"first", first}});
  for (const Tensor& x : tensors) require_defined("stack", {{"first", first}, {"other", x}});
  const int along = new_axis("stack", first, axis);
  std::vector<Tensor> widened;
  for (const Tensor& x : tensors) {
    if (x.dtype() != first.dtype()) throw_dtype_error("stack", "one type", {{"first", first}, {"other", x}});
    require(x.shape() == first.shape(), "stack", "the shapes are equal", {{"first", first}, {"other", x}});
    widened.push_back(reshape(x, x.shape().with(along, 1)));
  }
  return concat(widened, along);
}

Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcast(x.shape(), shape) != shape) [[unlikely]]
    throw_shape_error("broadcast_to",
                      "aligned at the last axis, the extents of x are those of " + to_string(shape) + " or 1",
                      {{"x", x}});
  require_floating("broadcast_to", {{"x", x}});
  Tensor y(shape, x.dtype());
  dispatch(x.dtype(), [&]<class T>(T) {
    const T* from = x.data<T>();
    T* to = y.mutable_data<T>();
    if (x.size() == 1)  // as the gradient of a sum
      return kernels::map(
          y.size(), to, [](auto v) { return v; }, kernels::Repeat<T>{*from});
    const kernels::BroadcastPlan plan = kernels::plan_broadcast(x.shape(), shape);
    const Index n = plan.inner();
    const bool repeated = plan.stride[0][plan.rank - 1] == 0;
    parallel_for(plan.outer(), kernels::map_grain / (n + 1) + 1, [&](Index begin, Index end) {
      kernels::Walk walk = plan.walk(begin);
      for (Index row = begin; row < end; ++row, walk.next()) {
        const T* start = from + walk.start(0);
        if (repeated) std::fill_n(to + row * n, n, *start);
        else std::copy_n(start, n, to + row * n);
      }
    });
  });
  const NanGuardPause pause;  // it only moves numbers
  return record("broadcast_to", {x}, std::move(y), [from = x.shape()](const Tensor& dy) { return sum_to(dy, from); });
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcast(shape, x.shape()) != x.shape()) [[unlikely]]
    throw_shape_error("sum_to", "aligned at the last axis, the extents of " + to_string(shape) + " are those of x or 1",
                      {{"x", x}});
  const int added = x.rank() - shape.rank();
  Axes axes;
  for (int i = 0; i < x.rank(); ++i)
    if (i < added || (shape[i - added] == 1 && x.shape()[i] != 1)) axes.push_back(i);
  return reshape(sum(x, axes, true), shape);
}

}  // namespace tandem
