#pragma once

#include "examples/support/training/options.h"
#include "models/mlp.h"

namespace tandem::examples {

/// The flags of train_mlp.
struct MlpTrainingOptions : TrainingOptions {
  std::vector<Index> hidden = {512, 512};
  std::string activation = "relu";
  double dropout = 0;
  double input_dropout = 0;
  bool batch_norm = false;
  double noise = 0;
  double label_smoothing = 0;
  std::string preset;  ///< sets what no flag has set

  MlpTrainingOptions();
  void add_to(CLI::App& app) override;
  nlohmann::json to_json() const override;
  models::MlpOptions model(const data::Images& images) const;

 private:
  void complete(const CLI::App& app) override;
  void set_fast(const CLI::App& app);
  void set_best(const CLI::App& app);
};

}  // namespace tandem::examples
