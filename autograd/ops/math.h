#pragma once

#include "autograd/tensor.h"

namespace tandem {

// Elementwise functions. x is float32 or float64, of any shape, and y has the same shape and type. For finite x they
// are accurate to a few units in the last place, sin and cos to 1.1e-7 (float64: 2e-16). Denormal numbers, in float32
// those below 1.2e-38, count as 0 in all ops, so that the log of 1e-40 is -inf. @throws DTypeError for integers

Tensor exp(Tensor x);           ///< e^x
Tensor expm1(Tensor x);         ///< e^x - 1, accurate for small x
Tensor log(const Tensor& x);    ///< natural; -inf at 0, NaN below
Tensor log1p(const Tensor& x);  ///< log(1 + x), accurate for small x
Tensor sin(const Tensor& x);    ///< x in radians
Tensor cos(const Tensor& x);
Tensor erf(const Tensor& x);  ///< 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x
Tensor sqrt(Tensor x);        ///< NaN below 0; gradient infinite at 0
Tensor square(const Tensor& x);
Tensor abs(const Tensor& x);  ///< gradient 0 at 0
/// min(max(x, low), high); the gradient passes where low <= x <= high.  @throws ValueError unless low <= high
Tensor clamp(const Tensor& x, double low, double high);

}  // namespace tandem
