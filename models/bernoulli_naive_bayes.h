#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// Bernoulli naive Bayes, the oldest generative classifier of images: p(x, y) = p(y) prod_j p(x_j | y), with pixels that are 0 or 1 and, given
/// the class, independent. Its best parameters are counts, so one look at each image trains it:
///
///     p(x_j = 1 | y) = (n_yj + s) / (n_y + 2 s)
///     p(y)           = (n_y + s) / (n + k s)
///
/// where n_y of n images are of class y, and n_yj of these have pixel j on; s is Laplace's smoothing. No prediction can be infinitely sure, however few images were seen.
/// Source: Ng & Jordan 2001 (NIPS 14), section 2.
class BernoulliNaiveBayes {
 public:
  /// @throws ValueError unless d and k are at least 1 and the smoothing is above 0
  BernoulliNaiveBayes(Index d, Index k, double smoothing = 1);

  /// Counts these images too.  x [n, d], on where above 1/2; labels int64 [n], in [0, k).
  void add(const Tensor& x, const Tensor& labels);

  /// log p(x, y) for every class, in nats; softmax of it is p(y | x).  x [n, d] -> float64 [n, k]
  Tensor log_joint(const Tensor& x) const;

  /// p(x_j = 1 | y), the mean image of each class.  float64 [k, d]
  Tensor probabilities() const;

 private:
  Index d_, k_;
  double smoothing_;
  std::vector<double> on_;      ///< [k, d]: images of the class with this pixel on
  std::vector<double> images_;  ///< [k]
};

}  // namespace tandem::models
