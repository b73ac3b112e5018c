#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

// Label shift: the classes become more or less frequent, while each class looks as before,
// p'(x | y) = p(x | y). A classifier then needs no retraining, only another prior.

/// Logits for another prior:
///
///     log p'(y | x) = log p(y | x) + log p'(y) - log p(y) + const
///
/// @param logits    floating [n, k]: logits of p(y | x), or log p(x, y)
/// @param from, to  p(y) that the model was trained with, and p'(y); k numbers above 0
/// @throws ValueError for a prior that is not k numbers above 0, ShapeError unless logits is [n, k] with n > 0,
///         DTypeError unless it is floating
Tensor swap_prior(const Tensor& logits, const std::vector<double>& from, const std::vector<double>& to);

/// The prior of unlabelled images, by expectation maximisation that starts at p' = p:
///
///     E: p'(y | x_i) by swap_prior      M: p'(y) = 1/n sum_i p'(y | x_i)
///
/// until no probability changes by more than `tolerance`, or for 10,000 rounds. Each round makes the images more
/// likely, so it cannot diverge; only calibrated logits lead it to the right prior. No probability falls below 1e-6.
/// @throws ValueError and ShapeError as swap_prior() does; ValueError also for a tolerance that is not above 0, and for
///         a row that holds a NaN or +inf, or nothing but -inf. Beside numbers, -inf rules its class out
/// Source: Saerens, Latinne & Decaestecker 2002 (Neural Computation 14), equation 2.4.
std::vector<double> estimate_prior(const Tensor& logits, const std::vector<double>& from, double tolerance = 1e-6);

/// Shares of the classes among the labels, int64 [n], after `smoothing` is added to the count of each class.
/// @throws as require_indices() for other labels; ValueError unless smoothing is a finite number >= 0, and above 0 if
///         there are no labels
std::vector<double> label_shares(const Tensor& labels, Index classes, double smoothing = 1);

}  // namespace tandem::models
