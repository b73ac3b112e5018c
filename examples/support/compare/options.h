#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "autograd/shape.h"
#include "examples/support/training/options.h"
#include "nn/data/augment.h"

namespace CLI {
class App;
}

namespace tandem::examples::compare {

/// Sizes of the images, the models and the training: small ones to show the point, or full ones for figures. Counts of
/// images are upper bounds.
struct Sizes {
  Index train = 60'000, held_out = 5'000, test = 10'000;
  int mlp_epochs = 10, logistic_epochs = 10, judge_epochs = 5, vae_epochs = 20, conditional_epochs = 40,
      other_epochs = 8, skewed_epochs = 20;
  std::vector<Index> hidden = {500, 500};  ///< of the variational autoencoders
  Index latent = 50;
  data::AugmentOptions distortion = {};  ///< of the images that the conditional VAE learns from
  /// Of the training images of all models in "bias". Without it they memorise the few rare ones, and are then too
  /// confident for a prior to matter: with odd digits at 5 %, the true prior recovered 16 % of the conditional VAE's
  /// added errors on 5,000 held-out images, and 44 % with the distortion. docs/records.md has more.
  data::AugmentOptions skewed_distortion = {.shift = 1, .rotate = 15, .scale = 0.15, .elastic = 34};
  Index bayes_draws = 20;        ///< of z, for each class and image in Bayes' classification
  Index likelihood_draws = 500;  ///< importance samples
  Index likelihood_images = 2'000;
  Index outlier_images = 500;  ///< of each set whose likelihoods are compared
  int regret_steps = 100;
  Index judged = 5'000;     ///< samples that the judge sees
  int label_draws = 5;      ///< sets of each size in "few labels"
  Index few_steps = 1'000;  ///< of training there
  int border_steps = 300;

  static Sizes quick();
  /// The full sizes, with a conditional VAE trained to be the best Bayes classifier.
  static Sizes for_long();
};

/// The flags of `compare`.
struct Options {
  DataOptions data;  ///< with a limit of 0, as many images as the sizes say
  std::filesystem::path out = "runs/compare";
  std::string preset;  ///< "long", or empty
  bool quick = false, resume = false, quiet = false;
  std::uint64_t seed = 1;
  int threads = 0;
  std::string class_weights;  ///< "3=0.05,8=0.5": shares of the classes that the skewed set keeps

  void add_to(CLI::App& app);
  Sizes sizes() const { return quick ? Sizes::quick() : preset == "long" ? Sizes::for_long() : Sizes(); }
  /// "quick", "long" or "full"
  std::string mode() const { return quick ? "quick" : preset.empty() ? "full" : preset; }
  /// @throws UsageError if --class-weights is not a list of CLASS=SHARE with commas between
  std::map<Index, double> weights(Index classes) const;
  /// Everything that determines the figures.
  nlohmann::json to_json() const;
};

}  // namespace tandem::examples::compare
