#pragma once

#include <map>
#include <memory>

#include "examples/support/compare/study.h"
#include "models/bernoulli_naive_bayes.h"
#include "models/conditional_vae.h"
#include "models/judge.h"
#include "models/mlp.h"
#include "models/vae.h"

namespace tandem::examples::compare {

/// The models of the comparison.
struct Trained {
  std::unique_ptr<models::Mlp> mlp;                          ///< discriminative: p(y | x)
  std::unique_ptr<models::Mlp> logistic;                     ///< the same without a hidden layer
  std::unique_ptr<models::BernoulliNaiveBayes> naive_bayes;  ///< generative, in closed form: p(x, y)
  std::unique_ptr<models::Vae> vae;                          ///< generative: p(x)
  std::unique_ptr<models::ConditionalVae> conditional_vae;   ///< generative: p(x, y)
  std::unique_ptr<models::Judge> judge;                      ///< judges the samples; begun from another seed
  std::unique_ptr<models::Mlp> other_mlp;                    ///< on the other set of images
  std::unique_ptr<models::Vae> other_vae;
  std::map<std::string, double> seconds_per_epoch;
};

Trained train_all(Study& study);

/// Train one model each, for sections that need models of their own. All begin from the study's seed.
std::unique_ptr<models::Mlp> train_mlp(Study& study, const std::string& name, const data::Images& images,
                                       std::vector<Index> hidden, const Training& training,
                                       double* seconds_per_epoch = nullptr);
/// Training is counting, so nothing need be saved.
std::unique_ptr<models::BernoulliNaiveBayes> train_naive_bayes(const data::Images& images);
std::unique_ptr<models::ConditionalVae> train_conditional_vae(Study& study, const std::string& name,
                                                              const data::Images& images, const Training& training,
                                                              double* seconds_per_epoch = nullptr);

/// Pixels as the VAE is trained on them: drawn anew, 1 with the probability of their grey value.
Tensor drawn(const Tensor& image, std::uint64_t seed);

/// Logits of a model for all images, computed in batches.  -> [n, k]
Tensor logits_for(const data::Images& images, const std::function<Tensor(const Tensor& x)>& model);

/// Share of the rows whose largest logit is not that of the label.
double error_of(const Tensor& logits, const Tensor& labels);

}  // namespace tandem::examples::compare
