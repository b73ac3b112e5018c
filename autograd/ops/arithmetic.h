#pragma once

#include "autograd/tensor.h"

namespace tandem {

// Elementwise arithmetic with NumPy broadcasting. Both operands are float32, or both are float64; a plain number takes
// the type of the tensor beside it. The gradient of a broadcast operand is summed over the axes along which it was
// repeated. @throws ShapeError that names the operation unless the shapes broadcast, DTypeError unless both have the
// same floating type

Tensor add(const Tensor& a, const Tensor& b);
Tensor subtract(const Tensor& a, const Tensor& b);
Tensor multiply(const Tensor& a, const Tensor& b);
Tensor divide(const Tensor& a, const Tensor& b);
/// The larger of two, elementwise; NaN if either is, and then each gets all of the gradient. Where they are equal each
/// gets half of it.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, double b);
/// The smaller of two, likewise.
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, double b);
/// a^b. Where a is negative, b must be an integer for the result not to be NaN. The gradient for b is 0 where a is
/// not above 0 (PyTorch: NaN below 0). As in PyTorch, the exponents 0.5 and -0.5 take square roots: NaN for -inf.
Tensor power(const Tensor& a, const Tensor& b);
Tensor power(const Tensor& a, double exponent);
Tensor negate(Tensor x);

Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(Tensor x);
Tensor operator+(Tensor x, double c);
Tensor operator-(Tensor x, double c);
Tensor operator*(Tensor x, double c);
Tensor operator/(Tensor x, double c);
Tensor operator+(double c, Tensor x);
Tensor operator-(double c, Tensor x);
Tensor operator*(double c, Tensor x);
Tensor operator/(double c, const Tensor& x);

}  // namespace tandem
