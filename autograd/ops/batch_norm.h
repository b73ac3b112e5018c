#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// Mean and biased variance of each column of a matrix, [d]; not in the graph.
struct ColumnStatistics {
  Tensor mean, variance;
};

/// Each column normalised by its own mean and biased variance, then scaled and shifted:
///
///     y = (x - mean) / sqrt(variance + eps) * weight + bias
///     dx = weight / s (dy - mean(dy) - x' mean(dy x')),  with s = sqrt(variance + eps) and x' = (x - mean) / s
///
/// The layer around it, which also keeps running statistics, is nn::BatchNorm1d.
/// @param x             [n, d]
/// @param weight, bias  [d]
/// @param eps           at least 0: prevents a division by 0 where a column is constant
/// @param statistics    if not null, receives those of x
/// @throws ShapeError unless the shapes are these and n is at least 2, DTypeError if the types differ, ValueError for
///         an eps below 0 or NaN
/// Source: Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1 and section 3.
Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps = 1e-5,
                  ColumnStatistics* statistics = nullptr);

}  // namespace tandem
