#include "examples/support/training/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "examples/support/flags.h"
#include "examples/support/problem_of.h"
#include "examples/support/program.h"
#include "examples/support/report_skipped.h"
#include "nn/optim/adam.h"
#include "nn/optim/rmsprop.h"
#include "nn/optim/sgd.h"
#include "nn/text.h"

namespace tandem::examples {
namespace {

constexpr Index most_counted = Index{1} << 40;  // the largest number that such a flag takes

/// "32x48" as height and width.
std::pair<Index, Index> parse_image_size(const std::string& text) {
  constexpr std::uint64_t largest = 4096;
  const std::size_t x = text.find('x');
  std::uint64_t height = 0, width = 0;
  if (x == std::string::npos || !parse_whole_number(text.substr(0, x), 1, largest, height) ||
      !parse_whole_number(text.substr(x + 1), 1, largest, width))
    throw CLI::ValidationError("--image-size",
                               text + " is not HEIGHTxWIDTH, such as 32x32, from 1 to " + std::to_string(largest));
  return {static_cast<Index>(height), static_cast<Index>(width)};
}

/// "shift=2,elastic" as its parts, each of them known and given once.
std::vector<std::string> parse_augment(const std::vector<std::string>& texts) {
  std::vector<std::string> entries;
  std::set<std::string> names;
  for (const std::string& text : texts)
    for (std::string& entry : split_at_commas(text)) {
      try {
        data::augmentation_named({entry});
      } catch (const ValueError& e) {
        throw CLI::ValidationError("--augment", problem_of(e));
      }
      if (const std::string name = entry.substr(0, entry.find('=')); !names.insert(name).second)
        throw CLI::ValidationError("--augment", name + " is given twice");
      entries.push_back(std::move(entry));
    }
  return entries;
}

}  // namespace

void DataOptions::add_to(CLI::App& app) {
  app.add_option("--data", data, "mnist, fashion, synthetic, or a folder of IDX files or pictures")
      ->type_name("NAME|PATH");
  add_data_dir(app, data_dir);
  app.add_option("--limit", limit, "use the first N training examples (0: all)")
      ->check(whole_number_from(0, most_counted));
  app.add_option("--validation", validation,
                 "hold out the last N training examples and test on them, not on the test set")
      ->check(whole_number_from(0, most_counted));
  app.add_option_function<std::string>(
         "--image-size",
         [this](const std::string& text) {
           std::tie(format.height, format.width) = parse_image_size(text);
           format_given_ = true;
         },
         "size to which pictures are scaled and cropped (default 32x32)")
      ->type_name("HEIGHTxWIDTH");
  app.add_option_function<std::string>(
         "--color",
         [this](const std::string& text) {
           format.channels = text == "rgb" ? 3 : 1;
           format_given_ = true;
         },
         "colour of pictures (default rgb)")
      ->check(CLI::IsMember({"rgb", "gray"}));
}

data::Source DataOptions::load() const {
  data::Source source = data::load(data, data_dir, limit > 0 ? std::optional(limit) : std::nullopt, format);
  if (format_given_ && !source.pictures)
    throw UsageError("--image-size and --color are for folders of pictures; the images of " + printable(source.name) +
                     " keep their size and colour");
  report_skipped(source);
  if (validation == 0) return source;
  const Index n = source.train.size();
  if (validation >= n)
    throw UsageError("--validation " + std::to_string(validation) + ": there are only " + std::to_string(n) +
                     " training examples");
  source.test = source.train.rows(n - validation, n);
  source.train = source.train.first(n - validation);
  return source;
}

void TrainingOptions::add_to(CLI::App& app) {
  app.final_callback([this, &app] {
    complete(app);
    check_flags(app);
  });
  out = "runs/" + program;
  data.add_to(app);
  app.add_option("--epochs", epochs, "passes over the training set")
      ->check(whole_number_from(static_cast<std::uint64_t>(least_epochs), 1'000'000));
  app.add_option("--batch-size", batch_size, "examples in a step")->check(whole_number_from(1, Index{1} << 24));
  app.add_option("--lr", lr, "learning rate")->check(number_above_zero());
  app.add_option("--optimizer", optimizer, "rule that updates the weights")
      ->check(CLI::IsMember({"adam", "adamw", "sgd", "rmsprop"}));
  app.add_option("--momentum", momentum, "momentum of sgd")->check(number_from(0, 0.9999));
  app.add_option("--weight-decay", weight_decay, "lambda: adds lambda/2 |w|^2 to the loss (adamw: decoupled)")
      ->check(number_from(0, 1e6));
  app.add_option("--schedule", schedule, "schedule of the learning rate")
      ->check(CLI::IsMember({"constant", "linear", "cosine", "one-cycle", "hold-linear"}));
  app.add_option("--average", average, "decay of the average of the weights that is tested and saved (0: none)")
      ->check(number_from(0, 0.99999));
  app.add_option_function<std::vector<std::string>>(
         "--augment", [this](const std::vector<std::string>& texts) { augment = parse_augment(texts); },
         "change training images: shift, rotate, scale, elastic, flip; such as shift=2,elastic=34")
      ->type_name("NAME[=AMOUNT],...")
      ->default_str("");
  add_seed(app, seed, "seed of weights, order, dropout and noise");
  add_threads(app, threads);
  app.add_option("--out", out, "run folder")->type_name("DIR");
  app.add_flag("--resume", resume, "continue from the checkpoint in the run folder");
  app.add_option("--load", load, "start from the weights of this model file")->type_name("FILE");
  app.add_option("--checkpoint-every", checkpoint_every,
                 "batches between checkpoints, besides that of each epoch (0: none)")
      ->check(whole_number_from(0, most_counted));
  app.add_flag("--nan-guard", nan_guard, "stop at the first op that outputs a NaN or an infinity, and name it");
  app.add_flag("--profile", profile, "print at the end where the time went, op by op");
  app.add_option("--log-interval", log_interval, "batches between lines of progress (0: none)")
      ->check(whole_number_from(0, most_counted));
  app.add_flag("--quiet", quiet, "print nothing but errors, and what --profile measured");
}

nlohmann::json TrainingOptions::to_json() const {
  nlohmann::json json = {{"program", program},           {"data", data.data},
                         {"limit", data.limit},          {"validation", data.validation},
                         {"batch-size", batch_size},     {"lr", lr},
                         {"optimizer", optimizer},       {"momentum", momentum},
                         {"weight-decay", weight_decay}, {"schedule", schedule},
                         {"average", average},           {"seed", seed},
                         {"load", load.string()},        {"augment", augment}};
  if (const data::PictureFormat pictures; data.format != pictures) {
    json["image-size"] = {data.format.height, data.format.width};
    json["color"] = data.format.channels == 3 ? "rgb" : "gray";
  }
  if (schedule != "constant") json["epochs"] = epochs;  // with a constant rate, a run may be continued for longer
  return json;
}

nlohmann::json TrainingOptions::further_json() const {
  return {{"epochs", epochs},    {"data-dir", data.data_dir.string()},   {"threads", threads},
          {"out", out.string()}, {"checkpoint-every", checkpoint_every}, {"nan-guard", nan_guard},
          {"profile", profile},  {"log-interval", log_interval},         {"quiet", quiet}};
}

data::Augmentation TrainingOptions::augmentation(const data::Images& images) const {
  return data::Augmentation(images, data::augmentation_named(augment));
}

void TrainingOptions::check_flags(const CLI::App&) const {
  if (momentum > 0 && optimizer != "sgd") throw UsageError("--momentum is for --optimizer sgd, not for " + optimizer);
}

std::unique_ptr<optim::Optimizer> TrainingOptions::make_optimizer(const std::vector<Tensor>& parameters) const {
  if (optimizer == "sgd")
    return std::make_unique<optim::SGD>(
        parameters, optim::SGDOptions{.lr = lr, .momentum = momentum, .weight_decay = weight_decay});
  if (optimizer == "rmsprop")
    return std::make_unique<optim::RMSprop>(parameters, optim::RMSpropOptions{.lr = lr, .weight_decay = weight_decay});
  if (optimizer == "adamw")
    return std::make_unique<optim::AdamW>(parameters, optim::AdamWOptions{.lr = lr, .weight_decay = weight_decay});
  return std::make_unique<optim::Adam>(parameters, optim::AdamOptions{.lr = lr, .weight_decay = weight_decay});
}

std::unique_ptr<optim::Schedule> TrainingOptions::make_schedule(optim::Optimizer& of, Index steps) const {
  if (steps == 0) return nullptr;
  if (schedule == "linear")
    return std::make_unique<optim::Schedule>(of,
                                             optim::LinearLR{.start_factor = 1, .end_factor = 0, .total_iters = steps});
  if (schedule == "hold-linear") return std::make_unique<optim::Schedule>(of, optim::HoldLinearLR{steps});
  if (schedule == "cosine") return std::make_unique<optim::Schedule>(of, optim::CosineAnnealingLR{.t_max = steps});
  if (schedule == "one-cycle")
    return std::make_unique<optim::Schedule>(
        of, optim::OneCycleLR{.max_lr = lr, .total_steps = steps + 1, .cycle_momentum = false});
  return nullptr;
}

}  // namespace tandem::examples
