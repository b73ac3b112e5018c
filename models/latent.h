#pragma once

#include "autograd/tensor.h"

namespace tandem::models {

/// log N(z; 0, I), nats.  z [..., z] -> [...]
/// @throws ShapeError for a scalar, DTypeError unless z is floating
Tensor standard_normal_log_density(const Tensor& z);

/// `steps` points on the straight line from a to b, ends included; a single one is a.  a, b [z] -> [steps, z].
/// @throws ShapeError unless a and b are both [z], DTypeError unless they are floating and of one type, ValueError if
///         steps < 0
Tensor interpolate(const Tensor& a, const Tensor& b, Index steps);

/// side x side points that cover a plane through the latent space evenly in the prior's probability: coordinates
/// `x` and `y` take the quantiles of N(0, 1) at (i + 1/2) / side, the others are 0.  [side side, z], row by row,
/// y falling from the first row to the last, as on a page.
/// @throws ValueError if side < 1, or unless x and y are two different coordinates in [0, latent)
Tensor latent_plane(Index side, Index latent, Index x, Index y);

/// The number below which a draw from N(0, 1) falls with the given probability, by bisection in [-10, 10]: only
/// quantiles of probabilities below 1e-23 lie outside.
/// @throws ValueError unless the probability lies in (0, 1)
double normal_quantile(double probability);

}  // namespace tandem::models
