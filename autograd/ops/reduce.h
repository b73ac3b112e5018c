#pragma once

#include <initializer_list>

#include "autograd/tensor.h"

namespace tandem {

// Reductions over any axes; without axes, over all of them. The axes reduced are dropped from the shape, or
// kept with extent 1 if `keepdim`. Negative axes count from the end. x is float32 or float64, and y has its type.
// @throws ShapeError for an axis that x does not have, or that is named twice

/// A list of axes, such as {0, -1}. Lives on the stack.
class Axes {
 public:
  Axes() = default;
  /// @throws ValueError if there are more axes than a tensor can have
  Axes(std::initializer_list<Index> axes) {
    for (const Index axis : axes) push_back(axis);
  }
  void push_back(Index axis) {
    if (size_ == Shape::max_rank) throw_value_error("Axes", "more than 8 axes");
    axes_[static_cast<std::size_t>(size_++)] = axis;
  }
  bool empty() const { return size_ == 0; }
  const Index* begin() const { return axes_.data(); }
  const Index* end() const { return axes_.data() + size_; }

 private:
  std::array<Index, Shape::max_rank> axes_{};
  int size_ = 0;
};

/// 0 of no elements.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// sum / n; NaN of no elements.
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// Largest element, NaN if there is one. Where several are equal, they share the gradient evenly.
/// @throws ShapeError if there is no element along the axes
Tensor max(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// The same of the smallest.
Tensor min(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
/// sum (x - mean)^2 / (n - correction); correction 1 gives the unbiased estimate, as in PyTorch.
/// @throws ShapeError unless n > correction
Tensor variance(const Tensor& x, const Axes& axes = {}, bool keepdim = false, Index correction = 1);

/// Position of the first largest element along an axis, int64; NaN is never the largest. No gradient. The default axis
/// is the last; PyTorch flattens instead.
/// @throws ShapeError if there is no element along the axis
Tensor argmax(const Tensor& x, Index axis = -1, bool keepdim = false);
/// The same of the first smallest.
Tensor argmin(const Tensor& x, Index axis = -1, bool keepdim = false);

}  // namespace tandem
