#pragma once

#include <vector>

#include "models/architecture.h"
#include "nn/bags.h"
#include "nn/module.h"

namespace tandem::models {

struct MultinomialNaiveBayesOptions {
  Index features = Index{1} << 20;
  Index classes = 2;
  double uniform_share = 0.5;  ///< lambda in (0, 1]: share of a class's probability spread evenly over all features
};

/// Multinomial naive Bayes: the generative model of bags, p(x, y) = p(y) p(x | y) with
///
///     log p(x | y) = sum_i x_i log theta[i, y] + const
///     theta[i, y]  = (1 - lambda) count of i in y / count of all in y + lambda / features
///     p(y)         = (rows of y + 1) / (rows + classes)
///     log p(y | x) = log p(x, y) - logsumexp_y' log p(x, y')
///
/// and theta = 1 / features for a class without counts. A feature that was never seen favours no class, even if one
/// has far more rows than another, and lambda weighs the same with ten rows as with ten thousand. With a pseudo-count
/// for each feature (Laplace) neither holds. Everything is kept in logarithms: the probability of a message of 1,000
/// words is below the smallest double.
/// Sources: McCallum & Nigam 1998 (AAAI workshop on text categorisation), section 2.2; for theta Jelinek &
/// Mercer 1980, which interpolates between the distribution of the class and the uniform one.
class MultinomialNaiveBayes : public nn::Module {
 public:
  /// @throws ValueError unless features and classes are at least 1, and uniform_share lies in (0, 1]
  explicit MultinomialNaiveBayes(const MultinomialNaiveBayesOptions& options = {});

  /// Learns by counting; what was learnt before is forgotten.  labels: int64, in [0, classes), one for each row.
  /// @throws ValueError for other labels, weights below 0 or not finite, and what Bags::check() throws; the model then
  ///         stays as it was
  void fit(const nn::Bags& bags, const std::vector<std::int64_t>& labels);

  /// log p(x, y) up to a constant that depends on x alone.  Bags of n rows -> [n, classes].
  Tensor log_joint(const nn::Bags& bags) const;
  /// log p(y | x).  Bags of n rows -> [n, classes].
  Tensor log_posterior(const nn::Bags& bags) const;

  Architecture architecture() const;
  /// @throws ValueError if it describes no such model
  static MultinomialNaiveBayesOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "MultinomialNaiveBayes"; }

  nn::Parameter log_theta;  ///< [features, classes]
  nn::Parameter log_prior;  ///< [classes]

 private:
  MultinomialNaiveBayesOptions options_;
};

}  // namespace tandem::models
