#pragma once

#include "autograd/tensor.h"

namespace tandem::models {

/// Frechet distance between the Gaussians fitted to two sets of features, squared as is the custom:
///
///     d = |mu_a - mu_b|^2 + tr(C_a + C_b - 2 (C_a^1/2 C_b C_a^1/2)^1/2)
///
/// with unbiased covariances C. Both roots come from eigendecompositions of symmetric matrices, in float64,
/// so singular covariances do no harm. Small sets come out further apart than large ones: compare only sets
/// of equal size.
///
/// @param a, b          floating [n, d] and [m, d], at least two rows each
/// @return              >= 0, in the features' units squared; 0 up to rounding for a set with itself
/// @throws ShapeError   if the shapes do not fit
/// Source: Dowson & Landau 1982; for images Heusel et al. 2017, arXiv:1706.08500, equation 6.
double frechet_distance(const Tensor& a, const Tensor& b);

}  // namespace tandem::models
