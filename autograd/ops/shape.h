#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// The same numbers in another shape, sharing memory. One extent may be -1 and is computed from the rest.
/// @throws ShapeError if the numbers of elements differ
Tensor reshape(const Tensor& x, std::initializer_list<Index> dims);
Tensor reshape(const Tensor& x, const Shape& shape);

/// Inserts an axis of extent 1 before axis `axis`; -1 appends it after the last.  Shares memory.
/// @throws ShapeError unless -rank - 1 <= axis <= rank
Tensor unsqueeze(const Tensor& x, Index axis);
/// Drops all axes of extent 1, or only the given axis, which stays if its extent is not 1.  Shares memory.
/// @throws ShapeError for an axis that x does not have
Tensor squeeze(const Tensor& x);
Tensor squeeze(const Tensor& x, Index axis);

/// Axes in another order: y.shape[i] = x.shape[order[i]].
/// @throws ShapeError unless `order` names every axis once; negative axes count from the end
Tensor permute(const Tensor& x, const std::vector<int>& order);
/// Two axes exchanged, by default the last two.  @throws ShapeError for an axis that x does not have
Tensor transpose(const Tensor& x, Index axis0 = -2, Index axis1 = -1);

/// Entries begin, ..., end - 1 of an axis. Shares memory if every axis before it has extent 1.
/// Negative positions count from the end.
/// @throws ShapeError for an axis that x does not have, and unless, so counted, 0 <= begin <= end <= extent
Tensor slice(const Tensor& x, Index axis, Index begin, Index end);
/// Tensors joined along an existing axis.
/// @throws ValueError for none, DTypeError unless they have one type, ShapeError unless they have the axis and their
///         shapes are equal along all others
Tensor concat(const std::vector<Tensor>& tensors, Index axis = 0);
/// Tensors of one shape joined along a new axis.
/// @throws ValueError for none, DTypeError unless they have one type, ShapeError unless they have one shape and
///         -rank - 1 <= axis <= rank
Tensor stack(const std::vector<Tensor>& tensors, Index axis = 0);

/// x repeated to `shape` as broadcasting does; x itself if it has that shape.
/// @throws ShapeError if x does not broadcast to it, DTypeError if x is not floating and has another shape
Tensor broadcast_to(const Tensor& x, const Shape& shape);
/// x summed over the axes along which broadcasting would repeat `shape` to give x.shape: the reverse of broadcasting.
/// @throws ShapeError if `shape` does not broadcast to x.shape, DTypeError if x is not floating and has another shape
Tensor sum_to(const Tensor& x, const Shape& shape);

}  // namespace tandem
