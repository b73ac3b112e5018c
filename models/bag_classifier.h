#pragma once

#include <memory>
#include <vector>

#include "models/architecture.h"
#include "nn/embedding_bag.h"
#include "nn/linear.h"

namespace tandem::models {

struct BagClassifierOptions {
  Index features = Index{1} << 20;
  Index hidden = 0;  ///< 0: no hidden layer
};

/// A discriminative model of two classes, p(y = 1 | x), for sparse x. Without a hidden layer it is logistic
/// regression:
///
///     logit = sum_i x_i w_i + b
///
/// and with one an MLP: logit = v . leaky_relu(sum_i x_i W_i + b) + c.
class BagClassifier final : public nn::Module {
 public:
  /// @throws ValueError if features is below 1, or hidden below 0
  explicit BagClassifier(const BagClassifierOptions& options = {});

  /// Logits of p(y = 1 | x).  Bags of n rows -> [n].
  Tensor operator()(const nn::Bags& bags);

  const BagClassifierOptions& options() const { return options_; }
  Architecture architecture() const;
  /// @throws ValueError if it describes no such model
  static BagClassifierOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "BagClassifier"; }

  nn::EmbeddingBag table;
  nn::Parameter bias;                  ///< [max(1, hidden)]
  std::unique_ptr<nn::Linear> output;  ///< null without a hidden layer

 private:
  BagClassifierOptions options_;
};

/// Options of train(): SparseAdagrad trains the table, Adam the rest.
struct BagTraining {
  int epochs = 8;
  Index batch_size = 32;
  double table_lr = 0.5, lr = 0.01;
  double dropout = 0;      ///< probability with which each value of a row is left out of a step, in [0, 1)
  std::uint64_t seed = 1;  ///< of the shuffling and the dropout
};

/// Minimises the mean cross-entropy.  labels: 1 or 0 for each row. The same seed gives the same weights.
///
/// Dropout multiplies the values that it keeps by 1 / (1 - dropout). Where rows have thousands of features, a few that
/// are in many rows would otherwise decide, and rarer ones that say as much would learn little. For logistic regression
/// it acts like a penalty on weights, scaled for each feature by how often and how decisively it occurs.
/// Source: Wager, Wang, Liang 2013, "Dropout training as adaptive regularization", arXiv:1307.1493.
/// @throws ValueError unless there is one label for each row, batch_size is at least 1, epochs at least 0 and dropout
///                    in [0, 1)
void train(BagClassifier& model, const nn::Bags& bags, const std::vector<float>& labels,
           const BagTraining& training = {});

}  // namespace tandem::models
