#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// The oldest generative classifier: p(x, y) = p(y) prod_j p(x_j | y), with pixels that are 0 or 1 and, given
/// the class, independent. Its best parameters are counts, so one look at each image trains it:
///
///     p(x_j = 1 | y) = (number of images of class y with pixel j on + s) / (number of images of class y + 2
///     s) p(y)           = (number of images of class y + s) / (number of images + k s)
///
/// with Laplace smoothing s. No prediction can be infinitely sure, however few images were seen.
/// Source: Ng & Jordan 2001 (NIPS 14), section 2.
class NaiveBayes {
 public:
  /// @throws ValueError unless d and k are at least 1 and the smoothing is above 0
  NaiveBayes(Index d, Index k, double smoothing = 1);

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
