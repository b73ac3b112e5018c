#include "examples/support/training/semi_supervised_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "examples/support/flags.h"
#include "examples/support/program.h"
#include "nn/text.h"

namespace tandem::examples {

SemiSupervisedOptions::SemiSupervisedOptions() {
  // M1+M2 on 10,000 held-out images: errors of 3.7 % after 60 epochs like this, and of 10.4 % after 12 at half the
  // rate; softplus in place of relu did not reach the latter after 15.
  program = "train_semi_supervised";
  epochs = 60;
  batch_size = 200;
  lr = 2e-3;
  schedule = "cosine";
  average = 0.999;
}

void SemiSupervisedOptions::add_to(CLI::App& app) {
  TrainingOptions::add_to(app);
  app.add_option("--labels", labels, "training images that keep their labels, the same number of each class")
      ->check(whole_number_from(1, Index{1} << 40));
  app.add_option("--latents-of", latents_of, "learn from the latents of this VAE (M1+M2), not from pixels (M2)")
      ->type_name("FILE");
  add_extents(app, "--hidden", hidden,
              "widths of the generative model's hidden layers; its decoder has them in reverse");
  add_extents(app, "--classifier-hidden", classifier_hidden, "widths of the classifier's hidden layers");
  app.add_option("--latent-dim", latent, "dimensions of z")->check(whole_number_from(1, Index{1} << 16));
  add_activation(app, activation);
  app.add_option("--alpha", alpha, "weight of the labelled images' classification")->check(number_from(0, 1e6));
  app.add_option("--dropout", dropout, "dropout probability after each hidden layer of the classifier")
      ->check(number_from(0, 0.99));
  app.add_option("--noise", noise, "standard deviation of Gaussian noise on the classifier's inputs and hidden layers")
      ->check(number_from(0, 10.0));
}

nlohmann::json SemiSupervisedOptions::to_json() const {
  nlohmann::json json = TrainingOptions::to_json();
  json.update({{"labels", labels},
               {"latents-of", latents_of.string()},
               {"hidden", hidden},
               {"classifier-hidden", classifier_hidden},
               {"latent-dim", latent},
               {"activation", activation},
               {"alpha", alpha},
               {"dropout", dropout},
               {"noise", noise}});
  return json;
}

void SemiSupervisedOptions::check(const data::Source& source) const {
  const data::Images& images = source.train;
  if (images.classes < 1) throw UsageError("train_semi_supervised needs images with classes");
  if (labels % images.classes != 0)
    throw UsageError("--labels " + std::to_string(labels) + ": must be a multiple of " +
                     std::to_string(images.classes) + ", the number of classes, so that each has as many");
  const Index of_each = labels / images.classes;
  const std::int64_t *first = images.labels.data<std::int64_t>(), *last = first + images.size();
  for (std::int64_t label = 0; label < images.classes; ++label)
    if (const Index there = std::count(first, last, label); there < of_each) {
      const auto named = static_cast<std::size_t>(label);
      throw UsageError(
          "--labels " + std::to_string(labels) + ": " + std::to_string(of_each) +
          " images of each class are needed, but there are only " + std::to_string(there) + " of class " +
          (named < source.class_names.size() ? printable(source.class_names[named]) : std::to_string(label)));
    }
}

models::SemiSupervisedVaeOptions SemiSupervisedOptions::model(Index inputs, Index classes) const {
  const nn::Activation function = nn::activation_named(activation);
  return {.generative = {.inputs = inputs,
                         .classes = classes,
                         .encoder = hidden,
                         .decoder = {hidden.rbegin(), hidden.rend()},
                         .latent = latent,
                         .activation = function,
                         .observation =
                             latents_of.empty() ? models::Observation::bernoulli : models::Observation::gaussian},
          .classifier = {.inputs = inputs,
                         .hidden = classifier_hidden,
                         .classes = classes,
                         .activation = function,
                         .dropout = dropout,
                         .noise = noise}};
}

}  // namespace tandem::examples
