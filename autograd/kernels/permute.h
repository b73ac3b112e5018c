#pragma once

#include <algorithm>
#include <span>

#include "autograd/kernels/map.h"
#include "autograd/kernels/registers.h"
#include "autograd/kernels/walk.h"
#include "autograd/shape.h"
#include "autograd/threads.h"

namespace tandem::kernels {
namespace {  // as in registers.h

/// How the axes of a result are walked in the tensor that they come from. Axes that stay neighbours are merged, and
/// those of extent 1 are dropped.
struct PermutePlan {
  int rank = 0;
  Index extent[Shape::max_rank] = {};
  Index from[Shape::max_rank] = {};  ///< stride in x
  Index to[Shape::max_rank] = {};    ///< stride in y
  Index unit = 1;                    ///< numbers that stay together: an axis that is the last in both

  /// @param strides  in x, of each axis of y
  PermutePlan(const Shape& shape, const Index* strides) {
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) continue;
      const bool merge = rank > 0 && from[rank - 1] == strides[i] * shape[i];
      const int at = merge ? rank - 1 : rank++;
      extent[at] = merge ? extent[at] * shape[i] : shape[i];
      from[at] = strides[i];
    }
    if (rank > 0 && from[rank - 1] == 1) unit = extent[--rank];
    for (Index stride = unit, i = rank - 1; i >= 0; --i) {
      to[i] = stride;
      stride *= extent[i];
    }
  }
};

/// y [n] = x. Often for so few numbers that a call of memcpy would take longer.
template <class T>
void copy_row(const T* x, T* y, Index n) {
  using R = Registers<T, 64>;
  Index i = 0;
  for (; i + R::width <= n; i += R::width) R::store(y + i, R::load(x + i));
  for (; i < n; ++i) y[i] = x[i];
}

/// y [rows, columns] = x^T, of units, which are contiguous within a row of x and of y. Single numbers go in squares of
/// registers, which read and write whole lines of memory.
template <class T>
void transpose_tile(const T* x, Index x_stride, T* y, Index y_stride, Index rows, Index columns, Index unit) {
  using Square = Registers<T, 64>;
  Index done = 0;
  if constexpr (sizeof(T) >= 4)
    if (unit == 1 && rows == Square::width)
      for (; done + rows <= columns; done += rows)
        Square::transpose(x + done * x_stride, x_stride,
                          [&](Index lane, typename Square::Vector v) { Square::store(y + lane * y_stride + done, v); });
  for (Index i = 0; i < rows; ++i)
    for (Index j = done; j < columns; ++j) copy_row(x + j * x_stride + i * unit, y + i * y_stride + j * unit, unit);
}

/// y = x with its axes in another order.
template <class T>
void permute(const PermutePlan& plan, const T* x, T* y) {
  if (plan.rank == 0) return copy_row(x, y, plan.unit);

  // The two axes along which units are contiguous, in y and in x, are cut into tiles, which are transposed.
  const int inner = plan.rank - 1;
  const int along = static_cast<int>(std::find(plan.from, plan.from + inner, plan.unit) - plan.from);
  const Index width = std::max<Index>(1, 512 / plan.unit), height = std::min<Index>(Registers<T, 64>::width, width);
  int axes = 0;
  Index pieces = 1, extent[Shape::max_rank], from[Shape::max_rank], to[Shape::max_rank];
  const auto add = [&](int axis, Index step) {
    extent[axes] = ceil_div(plan.extent[axis], step);
    from[axes] = step * plan.from[axis], to[axes] = step * plan.to[axis];
    pieces *= extent[axes++];
  };
  int order[Shape::max_rank];  // as in x: the processor predicts sequential reads
  for (int i = 0; i < inner; ++i) order[i] = i;
  std::sort(order, order + inner, [&](int a, int b) { return plan.from[a] > plan.from[b]; });
  for (const int i : std::span(order, static_cast<std::size_t>(inner)))
    if (i != along) add(i, 1);
  add(inner, width);
  add(along, height);

  const auto rest = [&](int axis, Index step, Index at) { return std::min(step, plan.extent[axis] - at * step); };
  const Index numbers = std::min(height, plan.extent[along]) * std::min(width, plan.extent[inner]) * plan.unit;
  parallel_for(pieces, map_grain / numbers + 1, [&](Index begin, Index end) {
    Walk walk(axes, extent, from, to, begin);
    for (Index piece = begin; piece < end; ++piece, walk.next())
      transpose_tile(x + walk.start(0), plan.from[inner], y + walk.start(1), plan.to[along],
                     rest(along, height, walk.at(axes - 1)), rest(inner, width, walk.at(axes - 2)), plan.unit);
  });
}

}  // namespace
}  // namespace tandem::kernels
