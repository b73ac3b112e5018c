#include "examples/support/vae_options.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace tandem::examples {

VaeTrainingOptions::VaeTrainingOptions() {
  program = "train_vae";
  epochs = 10;
}

void VaeTrainingOptions::add_to(CLI::App& app) {
  TrainingOptions::add_to(app);
  add_extents(app, "--hidden", hidden, "widths of the encoder's hidden layers; the decoder has them in reverse");
  app.add_option("--latent-dim", latent, "dimensions of z")->check(CLI::Range(Index{1}, Index{1} << 16));
  app.add_option("--beta", beta, "weight of the KL term")->check(CLI::Range(0.0, 1e6));
  app.add_option("--activation", activation)
      ->check(CLI::IsMember({"relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"}));
}

nlohmann::json VaeTrainingOptions::to_json() const {
  return {{"hidden", hidden}, {"latent-dim", latent}, {"beta", beta}, {"activation", activation}};
}

models::VaeOptions VaeTrainingOptions::model(const data::Images& images) const {
  return {.inputs = images.pixels.dim(1),
          .encoder = hidden,
          .decoder = {hidden.rbegin(), hidden.rend()},
          .latent = latent,
          .activation = nn::activation_named(activation)};
}

}  // namespace tandem::examples
