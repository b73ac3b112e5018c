#include "examples/support/mlp_options.h"

namespace tandem::examples {

MlpTrainingOptions::MlpTrainingOptions() {
  program = "train_mlp";
  epochs = 5;
}

void MlpTrainingOptions::add_to(CLI::App& app) {
  TrainingOptions::add_to(app);
  add_extents(app, "--hidden", hidden, "widths of the hidden layers");
  app.add_option("--activation", activation)
      ->check(CLI::IsMember({"relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"}));
  app.add_option("--dropout", dropout, "probability after each hidden layer")->check(CLI::Range(0.0, 0.99));
  app.add_option("--input-dropout", input_dropout, "probability on the pixels")->check(CLI::Range(0.0, 0.99));
  app.add_flag("--batch-norm", batch_norm, "normalise each hidden layer");
  app.add_option("--noise", noise, "deviation of Gaussian noise on pixels and hidden layers")->check(CLI::Range(0.0, 10.0));
  app.add_option("--average", average, "decay of the average of the weights that is tested and saved (0: none)")
      ->check(CLI::Range(0.0, 0.99999));
  app.add_option("--label-smoothing", label_smoothing)->check(CLI::Range(0.0, 1.0));
}

void MlpTrainingOptions::apply_preset(const CLI::App&) {}

nlohmann::json MlpTrainingOptions::to_json() const {
  return {{"hidden", hidden},
          {"activation", activation},
          {"dropout", dropout},
          {"input-dropout", input_dropout},
          {"batch-norm", batch_norm},
          {"noise", noise},
          {"average", average},
          {"label-smoothing", label_smoothing}};
}

models::MlpOptions MlpTrainingOptions::model(const data::Images& images) const {
  return {.inputs = images.pixels.dim(1),
          .hidden = hidden,
          .classes = images.classes,
          .activation = nn::activation_named(activation),
          .dropout = dropout,
          .input_dropout = input_dropout,
          .batch_norm = batch_norm,
          .noise = noise};
}

}  // namespace tandem::examples
