#pragma once

#include "examples/support/options.h"
#include "models/vae.h"

namespace tandem::examples {

/// The flags of train_vae.
struct VaeTrainingOptions : TrainingOptions {
  std::vector<Index> hidden = {400};
  Index latent = 20;
  double beta = 1;
  std::string activation = "relu";

  VaeTrainingOptions();
  void add_to(CLI::App& app);
  nlohmann::json to_json() const;
  models::VaeOptions model(const data::Images& images) const;
};

}  // namespace tandem::examples
