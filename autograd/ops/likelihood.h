#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// Logarithm of the probability of black-and-white images, pixels independent, summed over the pixels:
///
///     log p = sum_j (x_j log sigmoid(l_j) + (1 - x_j) log sigmoid(-l_j)) = sum_j (x_j l_j - log(1 + e^l_j))
///
/// One op, so that neither copies of x nor the terms of single pixels are ever in memory.
/// @param logits  [..., n, d]
/// @param x       [n, d], 0 or 1; for grey values the result is minus a cross-entropy, and no probability
/// @return        [..., n], nats
/// @throws ShapeError if the last two extents differ, DTypeError if the types do
Tensor bernoulli_log_likelihood(const Tensor& logits, const Tensor& x);

/// Logarithm of the density of N(mu, diag exp(log_var)) at x, summed over the last axis:
///
///     log p = -1/2 sum_j (log 2 pi + log_var_j + (x_j - mu_j)^2 / exp(log_var_j))
///
/// @param x, mu, log_var  shapes that broadcast to [..., z]; log_var is the logarithm of the *variance*
/// @return                [...], nats
/// @throws ShapeError if they do not broadcast, DTypeError if the types differ
Tensor gaussian_log_density(const Tensor& x, const Tensor& mu, const Tensor& log_var);

}  // namespace tandem
