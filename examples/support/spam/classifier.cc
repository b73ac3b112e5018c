#include "examples/support/spam/classifier.h"

#include <algorithm>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"
#include "models/bag_classifier.h"
#include "models/multinomial_naive_bayes.h"

namespace tandem::examples::spam {
namespace {

class MultinomialNaiveBayesClassifier : public Classifier {
 public:
  explicit MultinomialNaiveBayesClassifier(Index features) : model_({.features = features}) {}

  /// Counts in how many messages a feature occurs, not how often: what occurs once tends to occur again.
  nn::Bags prepare(nn::Bags features) const override {
    features.weights = ones_like(features.weights);
    return features;
  }
  void fit(const nn::Bags& bags, const std::vector<bool>& is_spam) override {
    model_.fit(bags, {is_spam.begin(), is_spam.end()});
  }
  Tensor log_odds(const nn::Bags& bags) override {
    const Tensor joint = model_.log_joint(bags);
    return (slice(joint, 1, 1, 2) - slice(joint, 1, 0, 1)).reshape({-1}) * evidence(bags);
  }
  nn::Module& module() override { return model_; }
  models::Architecture architecture() const override { return model_.architecture(); }

 private:
  /// 100 / number of features: words are not independent, and a message of 2,000 features does not say 20 times as much
  /// as one of 100. Without it the scores of long messages drown out all others.
  static Tensor evidence(const nn::Bags& bags) {
    std::vector<float> factor;
    const std::int64_t* offset = bags.offsets.data<std::int64_t>();
    for (Index b = 0; b < bags.size(); ++b)
      factor.push_back(100.0f / static_cast<float>(std::max<std::int64_t>(1, offset[b + 1] - offset[b])));
    return tensor(factor, {bags.size()});
  }

  models::MultinomialNaiveBayes model_;
};

class DiscriminativeClassifier : public Classifier {
 public:
  DiscriminativeClassifier(Index features, Index hidden, models::BagTraining training)
      : options_{.features = features, .hidden = hidden}, training_(training) {
    renew();
  }
  void fit(const nn::Bags& bags, const std::vector<bool>& is_spam) override {
    manual_seed(training_.seed);  // of the MLP's initial weights
    renew();
    models::train(*model_, bags, {is_spam.begin(), is_spam.end()}, training_);
  }
  Tensor log_odds(const nn::Bags& bags) override { return (*model_)(bags); }
  nn::Module& module() override { return *model_; }
  models::Architecture architecture() const override { return model_->architecture(); }

 private:
  void renew() { model_ = std::make_unique<models::BagClassifier>(options_); }

  models::BagClassifierOptions options_;
  models::BagTraining training_;
  std::unique_ptr<models::BagClassifier> model_;
};

}  // namespace

std::unique_ptr<Classifier> make_classifier(const std::string& name, Index features, std::uint64_t seed) {
  if (name == "naive_bayes") return std::make_unique<MultinomialNaiveBayesClassifier>(features);
  if (name == "logistic_regression")
    return std::make_unique<DiscriminativeClassifier>(
        features, 0, models::BagTraining{.epochs = 10, .batch_size = 32, .table_lr = 2, .dropout = 0.5, .seed = seed});
  if (name == "mlp")
    return std::make_unique<DiscriminativeClassifier>(
        features, 16, models::BagTraining{.epochs = 3, .batch_size = 32, .table_lr = 0.1, .seed = seed});
  throw_value_error("make_classifier", "there is no classifier \"" + name + "\"",
                    "naive_bayes, logistic_regression or mlp");
}

void fit(Classifier& classifier, const nn::Bags& features, const std::vector<bool>& is_spam) {
  classifier.fit(classifier.prepare(features), is_spam);
}

std::vector<double> scores(Classifier& classifier, const nn::Bags& features) {
  const NoGrad no_grad;
  return classifier.log_odds(classifier.prepare(features)).to_vector<double>();
}

std::vector<double> contributions(Classifier& classifier, const nn::Bag& features) {
  classifier.module().freeze();  // only the values of the features are to have a gradient
  nn::Bags bags = classifier.prepare(nn::make_bags(std::span(&features, 1)));
  bags.weights.requires_grad_();
  sum(classifier.log_odds(bags)).backward();
  classifier.module().freeze(false);
  return (bags.weights.grad() * bags.weights.detach()).to_vector<double>();
}

}  // namespace tandem::examples::spam
