#pragma once

#include "models/architecture.h"
#include "nn/activation.h"
#include "nn/sequential.h"

namespace tandem::models {

/// What an Mlp is built from.
struct MlpOptions {
  Index inputs = 784;
  std::vector<Index> hidden = {512, 512};
  Index classes = 10;
  nn::Activation activation = nn::Activation::relu;
  double dropout = 0;        ///< probability after each hidden layer
  double input_dropout = 0;  ///< and on the inputs
  bool batch_norm = false;   ///< between each hidden layer and its activation
  double noise = 0;          ///< deviation of Gaussian noise on the inputs and before each hidden activation

  /// Number of weights in the linear layers, without biases. Floating, since a model file may claim any extents.
  double weight_count() const;
};

/// A multilayer perceptron: the discriminative model, p(y | x).
///
/// Its parts are layers.0, layers.1, ...: dropout and noise on the inputs; for each hidden layer Linear, batch
/// normalisation, noise, activation and dropout; then Linear. Those that are not wanted are left out.
class Mlp final : public nn::Module {
 public:
  /// @throws ValueError for a width below 1, a dropout outside [0, 1), or a noise that is no number >= 0
  explicit Mlp(const MlpOptions& options = {});
  Mlp(nn::Module& parent, std::string name, const MlpOptions& options);

  /// Logits of p(y | x).  x [n, inputs] -> [n, classes].
  Tensor operator()(const Tensor& x);

  const MlpOptions& options() const { return options_; }
  Architecture architecture() const;
  /// @throws ValueError if it describes no MLP
  static MlpOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "Mlp"; }

 private:
  void build();

  MlpOptions options_;
  nn::Sequential layers_{*this, "layers"};
};

}  // namespace tandem::models
