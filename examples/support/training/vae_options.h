#pragma once

#include "examples/support/training/options.h"
#include "models/vae.h"
#include "nn/data/binarize.h"

namespace tandem::examples {

/// The flags of train_vae.
struct VaeTrainingOptions : TrainingOptions {
  std::vector<Index> hidden = {400};
  Index latent = 20;
  double beta = 1;
  std::string activation = "relu";
  Index pseudo_inputs = 0;                 ///< of the VampPrior; 0: N(0, I)
  std::vector<Index> autoregressive = {};  ///< widths of the network that sees a pixel's neighbours; empty: none
  Index reach = 3, features = 2;           ///< of that network
  std::string binarize = "none";
  bool start_from_data = false;  ///< set the output biases and the pseudo-inputs from the data
  Index importance_samples = 1;  ///< of the objective; 1: the ELBO with the exact KL term
  Index likelihood_samples = 0;  ///< of the estimate of log p(x) at the end; 0: none
  std::string preset;            ///< sets what no flag has set

  /// Seed of images binarised once: no flag, so that runs of all seeds are tested on the same images.
  static constexpr std::uint64_t binarize_seed = 1;

  VaeTrainingOptions();
  void add_to(CLI::App& app) override;
  nlohmann::json to_json() const override;
  nlohmann::json further_json() const override;
  models::VaeOptions model(const data::Images& images) const;
  /// The images; those that are not binarised anew each time, the test images among them, are binarised here.
  data::Source load_data() const;
  bool binarizes_anew() const { return binarize == "dynamic"; }

 private:
  void complete(const CLI::App& app) override;
  void set_burda(const CLI::App& app);
  void set_best(const CLI::App& app);
  void set_m1(const CLI::App& app);
  void check_flags(const CLI::App& app) const override;
};

}  // namespace tandem::examples
