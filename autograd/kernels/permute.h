#pragma once

#include <algorithm>
#include <span>

#include "autograd/kernels/gemm_registers.h"
#include "autograd/kernels/map.h"
#include "autograd/kernels/walk.h"
#include "autograd/shape.h"
#include "autograd/threads.h"

namespace tandem::kernels {
namespace {  // as the registers are

/// How the axes of a result are walked in the tensor that they come from: those that stay neighbours are one, and those
/// of a single number are left out.
struct PermutePlan {
  int rank = 0;
  Index extent[Shape::max_rank] = {};
  Index from[Shape::max_rank] = {};  ///< stride in x
  Index to[Shape::max_rank] = {};    ///< stride in y

  /// @param strides  in x, of each axis of y
  PermutePlan(const Shape& shape, const Index* strides) {
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) continue;
      const bool merge = rank > 0 && from[rank - 1] == strides[i] * shape[i];
      const int at = merge ? rank - 1 : rank++;
      extent[at] = merge ? extent[at] * shape[i] : shape[i];
      from[at] = strides[i];
    }
    for (Index stride = 1, i = rank - 1; i >= 0; --i) {
      to[i] = stride;
      stride *= extent[i];
    }
  }
};

/// y [rows, columns] = x^T for up to a register of rows, in squares whose lines of memory are read and written whole.
template <class T>
void transpose_band(const T* x, Index x_stride, T* y, Index y_stride, Index rows, Index columns) {
  using Square = Registers<T, 64>;
  Index done = 0;
  if constexpr (sizeof(T) >= 4)
    if (rows == Square::width)
      for (; done + rows <= columns; done += rows)
        Square::transpose(x + done * x_stride, x_stride,
                          [&](Index lane, typename Square::Vector v) { Square::store(y + lane * y_stride + done, v); });
  for (Index i = 0; i < rows; ++i)
    for (Index j = done; j < columns; ++j) y[i * y_stride + j] = x[j * x_stride + i];
}

/// y [n] = x. Often so few numbers that a call of memcpy would take longer.
template <class T>
void copy_row(const T* x, T* y, Index n) {
  using R = Registers<T, 64>;
  Index i = 0;
  for (; i + R::width <= n; i += R::width) R::store(y + i, R::load(x + i));
  for (; i < n; ++i) y[i] = x[i];
}

/// y = x with its axes in another order.
template <class T>
void permute(const PermutePlan& plan, const T* x, T* y) {
  if (plan.rank == 0) {
    *y = *x;
    return;
  }
  const int inner = plan.rank - 1;
  int along = 0;  // the axis that lies close together in x
  while (along < inner && plan.from[along] != 1) ++along;

  // Pieces of y: rows that are copied, or bands of rows that are columns of x, and are counted like a last axis.
  const bool copied = along == inner;
  const Index height = copied ? 1 : Registers<T, 64>::width, columns = plan.extent[inner];
  int axes = 0;
  Index pieces = 1, extent[Shape::max_rank], from[Shape::max_rank], to[Shape::max_rank];
  const auto add = [&](Index count, Index in_x, Index in_y) {
    extent[axes] = count, from[axes] = in_x, to[axes++] = in_y;
    pieces *= count;
  };
  int order[Shape::max_rank];  // as in x: the processor foresees what is read one after the other
  for (int i = 0; i < inner; ++i) order[i] = i;
  std::sort(order, order + inner, [&](int a, int b) { return plan.from[a] > plan.from[b]; });
  for (const int i : std::span(order, static_cast<std::size_t>(inner)))
    if (i != along) add(plan.extent[i], plan.from[i], plan.to[i]);
  if (!copied) add((plan.extent[along] + height - 1) / height, height, height * plan.to[along]);

  parallel_for(pieces, map_grain / (height * columns + 1) + 1, [&](Index begin, Index end) {
    Walk walk(axes, extent, from, to, begin);
    for (Index piece = begin; piece < end; ++piece, walk.next()) {
      const T* const source = x + walk.start(0);
      T* const target = y + walk.start(1);
      if (copied) copy_row(source, target, columns);
      else
        transpose_band(source, plan.from[inner], target, plan.to[along],
                       std::min(height, plan.extent[along] - walk.at(axes - 1) * height), columns);
    }
  });
}

}  // namespace
}  // namespace tandem::kernels
