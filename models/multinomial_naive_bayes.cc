#include "models/multinomial_naive_bayes.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/softmax.h"

namespace tandem::models {

namespace {

const MultinomialNaiveBayesOptions& checked(const MultinomialNaiveBayesOptions& options) {
  if (options.features < 1 || options.classes < 1)
    throw_value_error("MultinomialNaiveBayes",
                      std::to_string(options.features) + " features, " + std::to_string(options.classes) + " classes",
                      "at least 1 of both");
  if (!(options.uniform_share > 0 && options.uniform_share <= 1))
    throw_value_error("MultinomialNaiveBayes", "uniform_share is " + to_text(options.uniform_share),
                      "it is a share, above 0 and up to 1");
  return options;
}

}  // namespace

MultinomialNaiveBayes::MultinomialNaiveBayes(const MultinomialNaiveBayesOptions& options)
    : log_theta(buffer("log_theta", full({checked(options).features, options.classes},
                                         -std::log(static_cast<double>(options.features))))),
      log_prior(buffer("log_prior", full({options.classes}, -std::log(static_cast<double>(options.classes))))),
      options_(options) {}

void MultinomialNaiveBayes::fit(const nn::Bags& bags, const std::vector<std::int64_t>& labels) {
  const auto k = static_cast<std::size_t>(options_.classes);
  if (static_cast<Index>(labels.size()) != bags.size())
    throw_value_error("MultinomialNaiveBayes",
                      std::to_string(labels.size()) + " labels for " + std::to_string(bags.size()) + " bags");
  bags.check(options_.features);
  // In double: a float's sum of ones stops at 2^24, some 17 million.
  std::vector<double> count(static_cast<std::size_t>(options_.features) * k, 0), total(k, 0), rows(k, 1);
  const std::int64_t *index = bags.indices.data<std::int64_t>(), *offset = bags.offsets.data<std::int64_t>();
  const float* weight = bags.weights.data<float>();
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0 || labels[row] >= options_.classes)
      throw_value_error("MultinomialNaiveBayes", "label " + std::to_string(labels[row]) + " lies outside [0, " +
                                                     std::to_string(options_.classes) + ")");
    const auto y = static_cast<std::size_t>(labels[row]);
    ++rows[y];
    for (std::int64_t j = offset[row]; j < offset[row + 1]; ++j) {
      if (!(weight[j] >= 0 && std::isfinite(weight[j])))
        throw_value_error("MultinomialNaiveBayes", "a weight is " + to_text(weight[j]),
                          "weights count, so they are >= 0");
      count[static_cast<std::size_t>(index[j]) * k + y] += weight[j];
      total[y] += weight[j];
    }
  }
  float *theta = log_theta.mutable_data<float>(), *prior = log_prior.mutable_data<float>();
  const double everywhere = 1 / static_cast<double>(options_.features);
  for (std::size_t i = 0; i < count.size(); ++i) {
    const double seen = total[i % k] > 0 ? count[i] / total[i % k] : everywhere;
    theta[i] = static_cast<float>(std::log((1 - options_.uniform_share) * seen + options_.uniform_share * everywhere));
  }
  const double all = static_cast<double>(labels.size()) + static_cast<double>(k);
  for (std::size_t y = 0; y < k; ++y) prior[y] = static_cast<float>(std::log(rows[y] / all));
}

Tensor MultinomialNaiveBayes::log_joint(const nn::Bags& bags) const {
  return embedding_bag(log_theta, bags.indices, bags.offsets, bags.weights) + log_prior;
}

Tensor MultinomialNaiveBayes::log_posterior(const nn::Bags& bags) const { return log_softmax(log_joint(bags), -1); }

Architecture MultinomialNaiveBayes::architecture() const {
  return {{"model", "multinomial_naive_bayes"},
          {"features", std::to_string(options_.features)},
          {"classes", std::to_string(options_.classes)},
          {"uniform_share", to_text(options_.uniform_share)}};
}

MultinomialNaiveBayesOptions MultinomialNaiveBayes::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "multinomial_naive_bayes");
  return {.features = reader.extent("features"),
          .classes = reader.extent("classes"),
          .uniform_share = reader.number("uniform_share")};
}

}  // namespace tandem::models
