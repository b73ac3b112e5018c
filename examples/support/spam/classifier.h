#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/architecture.h"
#include "nn/bags.h"
#include "nn/module.h"

namespace tandem::examples::spam {

/// The interface of the three models: naive Bayes, which is generative, and logistic regression and an MLP, which are
/// discriminative.
class Classifier {
 public:
  virtual ~Classifier() = default;

  /// The features with the values that fit() and log_odds() of this classifier take.
  virtual nn::Bags prepare(nn::Bags features) const { return features; }
  /// Trains from scratch.  The same rows, labels and seed give the same weights.
  virtual void fit(const nn::Bags& bags, const std::vector<bool>& is_spam) = 0;
  /// Log-odds of spam, one for each row: ln p(spam | x) - ln p(ham | x).  Differentiable in the weights of the
  /// bags.
  virtual Tensor log_odds(const nn::Bags& bags) = 0;
  virtual nn::Module& module() = 0;
  virtual models::Architecture architecture() const = 0;
};

/// In the order in which tables show them.
inline const std::vector<std::string> classifier_names = {"naive_bayes", "logistic_regression", "mlp"};

/// A new classifier of that name over `features` features.  @throws ValueError if there is none
std::unique_ptr<Classifier> make_classifier(const std::string& name, Index features, std::uint64_t seed);

/// Trains on features as features_of() gives them.
void fit(Classifier& classifier, const nn::Bags& features, const std::vector<bool>& is_spam);
/// Log-odds for features as features_of() gives them.
std::vector<double> scores(Classifier& classifier, const nn::Bags& features);

/// What each feature of a message adds to the log-odds, to first order: its value times the derivative with respect to
/// it. For naive Bayes and logistic regression these add up to the log-odds but for the constant term.
std::vector<double> contributions(Classifier& classifier, const nn::Bag& features);

}  // namespace tandem::examples::spam
