#pragma once

#include "autograd/tensor.h"

namespace tandem::models {

/// Logarithm of the probability of black-and-white images, pixels independent, summed over the pixels:
///
///     log p = sum_j (x_j log sigmoid(l_j) + (1 - x_j) log sigmoid(-l_j)) = sum_j (x_j l_j - log(1 + e^l_j))
///
/// One op, so that neither copies of x nor the terms of single pixels are ever in memory.
/// @param logits  [..., n, d]
/// @param x       [n, d], 0 or 1; for grey values it is minus a cross-entropy, and no probability
/// @return        [..., n], nats
/// @throws ShapeError if the last two extents differ
Tensor bernoulli_log_likelihood(const Tensor& logits, const Tensor& x);

}  // namespace tandem::models
