#include "examples/support/compare/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "examples/support/flags.h"
#include "examples/support/program.h"

namespace tandem::examples::compare {

Sizes Sizes::quick() {
  return {.train = 12'000,
          .held_out = 1'000,
          .test = 2'000,
          .mlp_epochs = 4,
          .logistic_epochs = 4,
          .judge_epochs = 3,
          .vae_epochs = 30,
          .conditional_epochs = 25,
          .other_epochs = 6,
          .skewed_epochs = 12,
          .hidden = {300, 300},
          .latent = 40,
          .skewed_distortion = {.shift = 1, .rotate = 8, .scale = 0.08},  // what so few steps can learn
          .bayes_draws = 4,
          .likelihood_draws = 50,
          .likelihood_images = 500,
          .outlier_images = 300,
          .regret_steps = 50,
          .judged = 1'000,
          .label_draws = 5,
          .few_steps = 150,
          .border_steps = 100};
}

Sizes Sizes::for_long() {
  // On held-out images (the first 5,000 of the last 10,000; bound with 8 draws), Bayes' rule errs on 2.2 % after 40
  // epochs without the distortion, where the model overfits, and on 1.6 % with it.
  Sizes sizes;
  sizes.conditional_epochs = 150;
  sizes.distortion = {.shift = 1, .rotate = 8, .scale = 0.08};
  sizes.bayes_draws = 50;
  return sizes;
}

void Options::add_to(CLI::App& app) {
  data.add_to(app);
  app.get_option("--limit")->description(
      "use the first N training images (0: 60,000, with --quick 12,000, which are also the most that are used)");
  app.add_flag("--quick", quick, "smaller models, fewer images and epochs: the whole page within 90 seconds");
  app.add_option("--preset", preset, "long: train the conditional VAE for longer, on slightly distorted images")
      ->check(CLI::IsMember({"long"}))
      ->excludes("--quick");
  app.add_option("--class-weights", class_weights, "share of the images of a class that the skewed training set keeps")
      ->type_name("CLASS=SHARE,...");
  add_seed(app, seed, "seed of weights, order and noise");
  add_threads(app, threads);
  app.add_option("--out", out, "folder for the page, the report and the pictures")->type_name("DIR");
  app.add_flag("--resume", resume, "keep what is finished in that folder, and continue");
  app.add_flag("--quiet", quiet, "print errors only");
}

std::map<Index, double> Options::weights(Index classes) const {
  std::map<Index, double> weights;
  // By default every other class is rare.
  if (class_weights.empty()) {
    for (Index y = 1; y < classes; y += 2) weights[y] = 0.02;
    return weights;
  }
  for (const std::string& part : split_at_commas(class_weights)) {
    const std::size_t equals = std::min(part.find('='), part.size());
    std::uint64_t label = 0;
    double share = 0;
    const char *const begin = part.data() + equals + 1, *const end = part.data() + part.size();
    if (!parse_whole_number(part.substr(0, equals), 0, static_cast<std::uint64_t>(classes - 1), label) || begin > end ||
        std::from_chars(begin, end, share).ptr != end || !(share > 0 && share <= 1))
      throw UsageError("--class-weights " + part + ": expected CLASS=SHARE, such as 3=0.05, with a class from 0 to " +
                       std::to_string(classes - 1) + " and a share above 0 and up to 1");
    if (!weights.try_emplace(static_cast<Index>(label), share).second)
      throw UsageError("--class-weights: class " + std::to_string(label) + " is given twice");
  }
  return weights;
}

nlohmann::json Options::to_json() const {
  return {{"program", "compare"},           {"data", data.data}, {"limit", data.limit},
          {"validation", data.validation},  {"quick", quick},    {"seed", seed},
          {"class-weights", class_weights}, {"preset", preset}};
}

}  // namespace tandem::examples::compare
