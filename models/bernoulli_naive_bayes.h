#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

struct BernoulliNaiveBayesOptions {
  Index inputs = 784;  ///< pixels
  Index classes = 10;
  double prior_images = 1;  ///< above 0: the mean of all images counts as this many images of each class
};

/// Bernoulli naive Bayes, the oldest generative classifier of images: p(x, y) = p(y) prod_j p(x_j | y), with pixels
/// that are 0 or 1 and, given the class, independent. Its parameters are counts, so one pass over the images trains it:
///
///     p(x_j = 1 | y) = (n_yj + s m_j) / (n_y + s),   m_j = (n_j + 1) / (n + 2)
///     p(y)           = (n_y + s) / (n + k s)
///
/// where n_y of n images are of class y, of k; n_yj of these and n_j of all images have pixel j on; and s is
/// prior_images. Each class is smoothed towards the mean of all images, which weighs as much as s images of its own, so
/// no prediction is infinitely sure. (Laplace's rule smooths every pixel towards 1/2 instead; with ten labels it errs
/// far more often.)
/// Sources: Ng & Jordan 2001 (NIPS 14), section 2; Cestnik 1990 (ECAI), the m-estimate.
class BernoulliNaiveBayes {
 public:
  /// @throws ValueError unless inputs and classes are at least 1, and prior_images is above 0
  explicit BernoulliNaiveBayes(const BernoulliNaiveBayesOptions& options = {});

  /// Adds these images to the counts.  x [n, d], on where above 1/2; labels int64 [n], in [0, k).
  /// @throws ShapeError, DTypeError unless labels are int64, ValueError for other labels; then no image is counted
  void add(const Tensor& x, const Tensor& labels);

  /// log p(x, y) for every class, in nats; softmax of it is p(y | x).  x [n, d] -> float64 [n, k]
  Tensor log_joint(const Tensor& x) const;

  /// p(x_j = 1 | y), the mean image of each class.  float64 [k, d]
  Tensor probabilities() const;

 private:
  std::vector<double> average() const;

  BernoulliNaiveBayesOptions options_;
  std::vector<double> on_;      ///< [k, d]: images of the class with this pixel on
  std::vector<double> images_;  ///< [k]
};

}  // namespace tandem::models
