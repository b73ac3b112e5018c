#include "models/mlp.h"

#include "models/hidden_layers.h"
#include "nn/batch_norm.h"
#include "nn/dropout.h"
#include "nn/linear.h"
#include "nn/noise.h"

namespace tandem::models {

double MlpOptions::weight_count() const { return count_weights(inputs, hidden, classes); }

Mlp::Mlp(const MlpOptions& options) : options_(options) { build(); }

Mlp::Mlp(nn::Module& parent, std::string name, const MlpOptions& options)
    : Module(parent, std::move(name)), options_(options) {
  build();
}

void Mlp::build() {
  const MlpOptions& options = options_;
  // An option that is not 0 adds its layer, which rejects invalid values.
  if (options.input_dropout != 0) layers_.add<nn::Dropout>(options.input_dropout);
  if (options.noise != 0) layers_.add<nn::GaussianNoise>(options.noise);
  Index width = options.inputs;
  for (const Index units : options.hidden) {
    layers_.add<nn::Linear>(width, units);
    if (options.batch_norm) layers_.add<nn::BatchNorm1d>(units);
    if (options.noise != 0) layers_.add<nn::GaussianNoise>(options.noise);
    layers_.add<nn::ActivationLayer>(options.activation);
    if (options.dropout != 0) layers_.add<nn::Dropout>(options.dropout);
    width = units;
  }
  layers_.add<nn::Linear>(width, options.classes);
}

Tensor Mlp::operator()(const Tensor& x) { return layers_(x); }

Architecture Mlp::architecture() const {
  return {{"model", "mlp"},
          {"inputs", std::to_string(options_.inputs)},
          {"hidden", to_text(options_.hidden)},
          {"classes", std::to_string(options_.classes)},
          {"activation", std::string(nn::name_of(options_.activation))},
          {"dropout", to_text(options_.dropout)},
          {"input_dropout", to_text(options_.input_dropout)},
          {"batch_norm", options_.batch_norm ? "1" : "0"},
          {"noise", to_text(options_.noise)}};
}

MlpOptions Mlp::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "mlp");
  return {.inputs = reader.extent("inputs"),
          .hidden = reader.extents("hidden"),
          .classes = reader.extent("classes"),
          .activation = nn::activation_named(reader.text("activation")),
          .dropout = reader.number("dropout"),
          .input_dropout = reader.number("input_dropout"),
          .batch_norm = reader.number("batch_norm") != 0,
          .noise = reader.number("noise")};
}

}  // namespace tandem::models
