#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// The same numbers in another shape, sharing memory. One extent may be -1 and is computed from the rest.
/// @throws ShapeError if the numbers of elements differ
Tensor reshape(const Tensor& x, std::initializer_list<Index> dims);
Tensor reshape(const Tensor& x, const Shape& shape);

/// With an axis of extent 1 more, before the one of that number; -1 adds it behind the last.  Shares memory.
/// @throws ShapeError unless -rank - 1 <= axis <= rank
Tensor unsqueeze(const Tensor& x, Index axis);
/// Without the axes of extent 1, or without the one that is named; one of another extent stays.  Shares memory.
Tensor squeeze(const Tensor& x);
Tensor squeeze(const Tensor& x, Index axis);

/// Axes in another order: y.shape[i] = x.shape[order[i]].
/// @throws ShapeError unless `order` is a permutation of 0 ... rank-1
Tensor permute(const Tensor& x, const std::vector<int>& order);
/// Two axes exchanged, by default the last two.
Tensor transpose(const Tensor& x, Index axis0 = -2, Index axis1 = -1);

/// Entries begin to end of an axis. Shares memory if every axis before it has extent 1.
/// Negative positions count from the end.
Tensor slice(const Tensor& x, Index axis, Index begin, Index end);
/// Tensors joined along an axis that they have.
Tensor concat(const std::vector<Tensor>& tensors, Index axis = 0);
/// Tensors of one shape joined along a new axis.
Tensor stack(const std::vector<Tensor>& tensors, Index axis = 0);

/// x repeated to `shape` as broadcasting does.
Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// x summed over the axes along which `shape` would be repeated to give x.shape: the reverse of broadcasting.
Tensor sum_to(const Tensor& x, const Shape& shape);

}  // namespace tandem
