#pragma once

#include "autograd/random.h"

namespace tandem {

/// Sets each element to 0 with the given probability and divides the others by 1 - probability, so that the expectation
/// stays.  Srivastava et al. 2014 (JMLR 15), section 4, but scaled during training.
/// @throws ValueError unless the probability lies in [0, 1), DTypeError unless x is floating
Tensor dropout(const Tensor& x, double probability, Generator& generator = default_generator());

/// A draw from N(mu, diag exp(log_var)) through which gradients flow:  z = mu + exp(log_var / 2) noise.
/// @param noise  a draw from N(0, I), of the same shape
/// @throws ShapeError unless the shapes are equal, DTypeError unless all are float32 or all float64
/// Source: Kingma & Welling 2013, arXiv:1312.6114, section 2.4.
Tensor reparameterize(const Tensor& mu, const Tensor& log_var, const Tensor& noise);
Tensor reparameterize(const Tensor& mu, const Tensor& log_var, Generator& generator = default_generator());

}  // namespace tandem
