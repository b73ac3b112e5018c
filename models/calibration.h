#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// Whether a classifier is right as often as it says.
struct Calibration {
  /// The images for which the probability of the most probable class lies in one part of (0, 1].
  struct Bin {
    double confidence = 0;  ///< mean of that probability
    double accuracy = 0;    ///< share of them classified correctly
    Index count = 0;
  };
  double nll = 0;    ///< mean of -log p(label | x), nats
  double brier = 0;  ///< mean of sum_y (p(y | x) - [y = label])^2; Brier 1950
  double ece = 0;    ///< expected calibration error: sum_bins count/n |accuracy - confidence|
  std::vector<Bin> bins;
};

/// @param logits       [n, k], n > 0: logits of p(y | x), or log p(x, y) of a generative classifier
/// @param labels       int64 [n]
/// @param bins         parts of equal width that (0, 1] is cut into
/// @throws ShapeError or DTypeError unless they are so; ValueError for a label outside [0, k), bins < 1, or a row that
///         holds a NaN or +inf, or nothing but -inf. Beside numbers, -inf rules its class out
/// Source: Guo et al. 2017, arXiv:1706.04599, equations 2 and 3.
Calibration calibration(const Tensor& logits, const Tensor& labels, Index bins = 15);

/// The temperature T with which softmax(logits / T) makes the labels of held-out data most likely; T > 1 means that the
/// classifier is over-confident. Without log_prior, T keeps the order of the classes, so it changes no decision.
///
/// -log p is convex in 1/T, so bisection in [1/1000, 1000] finds the zero of its derivative, mean(E_p[logit] - logit of
/// the label). T is 1 where the held-out data does not determine it: where all T are equally good, as for equal logits,
/// and where a lower T is always better, as when every decision is right.
/// @param log_prior  log p(y) of a generative classifier, whose logits are then log p(x | y) alone: T is fitted to
///                   softmax(logits / T + log_prior), since the prior is known and needs no temperature. Else empty
/// @throws as calibration() does, and ValueError for a log_prior that is not k finite numbers
/// Source: Guo et al. 2017, section 4.2.
double fit_temperature(const Tensor& logits, const Tensor& labels, const std::vector<double>& log_prior = {});

}  // namespace tandem::models
