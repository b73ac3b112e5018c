#pragma once

#include <algorithm>

#include "autograd/shape.h"

namespace tandem::kernels {

/// Goes through the rows of a block one after the other, the last axis fastest, and knows where each begins in two
/// tensors with strides of their own. Without it every row would cost a division for each axis.
class Walk {
 public:
  /// @param axes  their number; `extent`, `first` and `second`, the strides, have as many
  /// @param row   where to begin; 0 if an extent is 0
  Walk(int axes, const Index* extent, const Index* first, const Index* second, Index row) : axes_(axes) {
    std::copy_n(extent, axes, extent_);
    std::copy_n(first, axes, stride_[0]);
    std::copy_n(second, axes, stride_[1]);
    for (int i = axes - 1; i >= 0 && row > 0; row /= extent[i], --i) move(i, row % extent[i]);
  }

  Index start(int tensor) const { return start_[tensor]; }
  /// The place along an axis.
  Index at(int axis) const { return at_[axis]; }

  void next() {
    for (int i = axes_ - 1; i >= 0; --i) {
      if (at_[i] + 1 < extent_[i]) return move(i, 1);
      move(i, -at_[i]);
    }
  }

 private:
  void move(int axis, Index steps) {
    at_[axis] += steps;
    for (int tensor = 0; tensor < 2; ++tensor) start_[tensor] += steps * stride_[tensor][axis];
  }

  int axes_;
  Index extent_[Shape::max_rank], stride_[2][Shape::max_rank];
  Index at_[Shape::max_rank] = {}, start_[2] = {};
};

}  // namespace tandem::kernels
