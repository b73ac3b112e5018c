#pragma once

#include "examples/support/training/options.h"
#include "models/semi_supervised_vae.h"

namespace tandem::examples {

/// The flags of train_semi_supervised.
struct SemiSupervisedOptions : TrainingOptions {
  Index labels = 100;                ///< training images that keep their labels, as many of each class
  std::filesystem::path latents_of;  ///< model file of a VAE whose latents are learned from (M1+M2); empty: pixels (M2)
  std::vector<Index> hidden = {500};
  std::vector<Index> classifier_hidden = {500};
  Index latent = 50;
  std::string activation = "relu";
  double alpha = 1;    ///< weight of the classification of the labelled images
  double dropout = 0;  ///< of the classifier, after each hidden layer
  double noise = 0;    ///< standard deviation of Gaussian noise on the classifier's inputs and hidden layers

  SemiSupervisedOptions();
  void add_to(CLI::App& app) override;
  nlohmann::json to_json() const override;
  /// @throws UsageError if the images have no classes, --labels is no multiple of their number, or a class has too few
  void check(const data::Source& source) const;
  /// @param inputs  pixels, or latents of the VAE
  models::SemiSupervisedVaeOptions model(Index inputs, Index classes) const;
};

}  // namespace tandem::examples
