#pragma once

#include "autograd/tensor.h"

namespace tandem {

// Comparisons broadcast and give uint8 masks, 1 where they hold. They have no gradient. Both operands have
// the same type, which may be an integer one.
// @throws DTypeError if the types differ, ShapeError if the shapes do not broadcast

Tensor equal(const Tensor& a, const Tensor& b);
Tensor not_equal(const Tensor& a, const Tensor& b);
Tensor less(const Tensor& a, const Tensor& b);
Tensor less_equal(const Tensor& a, const Tensor& b);
Tensor greater(const Tensor& a, const Tensor& b);
Tensor greater_equal(const Tensor& a, const Tensor& b);

/// The same with one number for all elements. If a holds integers, b must be an integer or infinite, and may lie
/// outside their type's range.
/// @throws ValueError if a holds integers and b has a fraction or is NaN
Tensor equal(const Tensor& a, double b);
Tensor not_equal(const Tensor& a, double b);
Tensor less(const Tensor& a, double b);
Tensor less_equal(const Tensor& a, double b);
Tensor greater(const Tensor& a, double b);
Tensor greater_equal(const Tensor& a, double b);

// Logic on masks, which broadcast: an element that is not 0 counts as true; the result is 1 or 0.
// @throws DTypeError unless they are uint8, ShapeError if they do not broadcast

Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& a);

/// a where the mask is not 0, else b. The three broadcast; the gradient goes to whichever was taken.
/// @param mask  uint8, such as a comparison returns
/// @throws DTypeError for a mask of another type, and unless a and b are both float32 or both float64; ShapeError if
///         they do not broadcast
Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& mask, const Tensor& a, double b);
Tensor where(const Tensor& mask, double a, const Tensor& b);

}  // namespace tandem
