#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// Whether a classifier is right as often as it says.
struct Calibration {
  /// The images whose most probable class got a probability in one part of (0, 1].
  struct Bin {
    double confidence = 0;  ///< mean of that probability
    double accuracy = 0;    ///< share of them that are right
    Index count = 0;
  };
  double nll = 0;    ///< mean of -log p(label | x), nats
  double brier = 0;  ///< mean of sum_y (p(y | x) - [y = label])^2; Brier 1950
  double ece = 0;    ///< expected calibration error: sum_bins count/n |accuracy - confidence|
  std::vector<Bin> bins;
};

/// @param logits       [n, k], n > 0: logits of p(y | x), or log p(x, y) of a generative classifier
/// @param labels       int64 [n]
/// @param bins         parts of equal width that [0, 1] is cut into
/// @throws ShapeError or DTypeError unless they are so; ValueError for a label outside [0, k), bins < 1, or a row that
///         holds a NaN or +inf, or nothing but -inf. Beside numbers -inf says that a class cannot be
/// Source: Guo et al. 2017, arXiv:1706.04599, equations 2 and 3.
Calibration calibration(const Tensor& logits, const Tensor& labels, Index bins = 15);

/// The temperature T that makes softmax(logits / T) most likely on held-out data; T > 1 means over-confident.
/// Without a prior of its own it changes no decision, for it keeps the order of the classes.
///
/// -log p is convex in 1/T, so the zero of its derivative, mean(E_p[logit] - logit of the label), is found by
/// bisection, in [1/1000, 1000]. Where all are as good, as for logits that do not differ, it is 1, and so it is where
/// lower ones are better without end, as if every decision is right: what is held out then says nothing about it.
/// @param log_prior  of a generative classifier, whose logits are then its log p(x | y) alone: the temperature is that
///                   of softmax(logits / T + log_prior), for the prior is known and needs none. Else empty
/// @throws as calibration() does, and ValueError for a prior that is not k finite numbers
/// Source: Guo et al. 2017, section 4.2.
double fit_temperature(const Tensor& logits, const Tensor& labels, const std::vector<double>& log_prior = {});

}  // namespace tandem::models
