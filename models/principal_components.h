#pragma once

#include "autograd/tensor.h"

namespace tandem::models {

/// Coordinates of points along the directions of largest variance, the largest first:
///
///     y = (x - mean) V,   V the eigenvectors of the covariance with the largest eigenvalues
///
/// The sign of an axis is arbitrary.
/// @param points  floating [n, d], n at least 1
/// @param count   1 <= count <= d
/// @return        float64 [n, count]
/// @throws ShapeError, and ValueError for another count
/// Source: Pearson 1901 (Philosophical Magazine 2).
Tensor principal_components(const Tensor& points, Index count);

}  // namespace tandem::models
