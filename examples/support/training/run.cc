#include "examples/support/training/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autograd/nan_guard.h"
#include "autograd/random.h"
#include "autograd/threads.h"
#include "examples/support/image_description.h"
#include "examples/support/machine.h"
#include "examples/support/median.h"
#include "examples/support/model_file.h"
#include "examples/support/own_folder.h"
#include "examples/support/plural.h"
#include "examples/support/streams.h"
#include "examples/support/training/checkpoint.h"
#include "models/label_shift.h"
#include "nn/io/safetensors.h"
#include "nn/io/sha256.h"
#include "nn/text.h"
#include "support/build_info.h"

namespace tandem::examples {
namespace {

/// " of blue (0), red (1)": the classes behind the numbers in pictures; empty if they have no names.
std::string numbered(const std::vector<std::string>& class_names) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, class_names.size()); ++i)
    text += fmt::format("{}{} ({})", i == 0 ? " of " : ", ", printable(class_names[i]), i);
  return text + (class_names.size() > most ? ", ..." : "");
}

/// A line that names the classes without a training image: of few pictures, chance may hold out all of a class.
std::string without_images(const data::Images& train, const std::vector<std::string>& class_names) {
  if (!train.labels.defined()) return "";
  std::string text;
  const std::vector<double> shares = models::label_shares(train.labels, train.classes, 0);
  for (std::size_t label = 0; label < shares.size(); ++label)
    if (shares[label] == 0)
      text += (text.empty() ? "" : ", ") +
              (label < class_names.size() ? printable(class_names[label]) : std::to_string(label));
  return text.empty() ? "" : "no training image shows " + text + "\n";
}

/// Where the order of an epoch begins in the stream of the seed: far from the draws of any other epoch.
std::uint64_t order_position(int epoch) { return static_cast<std::uint64_t>(epoch) << 40; }

/// A last batch that is too small for the model is left out; its images are others in each epoch.
data::LoaderOptions loading(Index images, const TrainingOptions& options) {
  const Index last = images % options.batch_size;
  return {.batch_size = options.batch_size,
          .drop_last = images > options.batch_size && last > 0 && last < options.least_batch};
}

/// Names the first tensor of the model that is not finite any more.
std::string first_not_finite(const nn::Module& model) {
  for (const auto& [name, tensor] : model.state_dict())
    if (!all_finite(tensor)) return "\n  " + name + " is not finite";
  return "";
}

}  // namespace

// ---- Run --------------------------------------------------------------------------------------------------

Run::Run(const TrainingOptions& options)
    : pictures(options.out),
      options_(options),
      config_(options.to_json()),
      further_(options.further_json()),
      folder_(own_folder(options.out)) {
  if (options.epochs == 0 && (Checkpoint::exists(checkpoint_path()) || std::filesystem::exists(model_path())))
    throw UsageError("--epochs 0 only tests, and " + printable(folder().string()) +
                     " holds a run that was trained\n  hint: name another folder with --out");
  if (options.threads > 0) set_num_threads(options.threads);
  manual_seed(options.seed);
  catch_signals();
  if (!options.quiet)
    say(fmt::format("{} {} | {} | {}\nsettings {}\n", options.program, TANDEM_VERSION, compiler_and_flags(),
                    counted(num_threads(), "thread"), printable(io::to_text(config_))));
}

void Run::start(nn::Module& model, optim::Optimizer& optimizer, models::Architecture architecture,
                const data::Source& data) {
  model_ = &model;
  optimizer_ = &optimizer;
  architecture_ = std::move(architecture);
  const ImageDescription images = ImageDescription::of(data);
  config_["images"] = images.summary(data);
  data_name_ = data.name;
  class_names_ = data.class_names;
  training_examples_ = data.train.size();
  const Index batches = data::Loader(data.train, loading(training_examples_, options_)).batches();
  schedule_ = options_.make_schedule(optimizer, batches * options_.epochs);
  if (options_.resume && Checkpoint::exists(checkpoint_path())) {
    resume();
  } else {
    if (options_.resume) require_begun();
    if (!options_.load.empty()) load_weights(options_.load, model, architecture_);
    Checkpoint::remove(checkpoint_path());  // or a later --resume would continue another run
    folder_.begin();
    write_config();
  }
  images.add_to(architecture_);
  if (first_epoch_ > options_.epochs) release_signals();  // nothing left but to test
  if (!options_.quiet)
    say(fmt::format("data {}: {}{}, {} to test | {} parameters\n{}", printable(data_name_),
                    counted(training_examples_, "training image"), numbered(class_names_), data.test.size(),
                    model.parameter_count(), without_images(data.train, class_names_)));
  if (options_.profile) profiler_.emplace();
  if (options_.nan_guard) nan_guard_.emplace();
  progress_.emplace(options_.quiet, options_.log_interval, options_.epochs, training_examples_);
}

std::vector<int> Run::epochs() const {
  std::vector<int> numbers(static_cast<std::size_t>(std::max(0, options_.epochs + 1 - first_epoch_)));
  std::iota(numbers.begin(), numbers.end(), first_epoch_);
  return numbers;
}

Run::Batches Run::batches(const data::Images& images) {
  epoch_ = epoch_ == 0 ? first_epoch_ : epoch_ + 1;
  if (skip_batches_ == 0) {
    meter = {};
    seconds_before_ = 0;
  }
  epoch_start_ = std::chrono::steady_clock::now();
  model_->train();
  progress_->begin_epoch(epoch_, skip_batches_, std::min(skip_batches_ * options_.batch_size, training_examples_));
  return Batches(*this, images);
}

double Run::seconds_in_epoch() const { return seconds_before_ + seconds_since(epoch_start_); }

double Run::seconds_of_run() const { return seconds_of_earlier_processes_ + seconds_since_start(); }

void Run::stop(int signal, const std::string& where) {
  progress_->clear();
  say(fmt::format("stopped {}; continue with --resume\n", where));
  throw Interrupted{signal};
}

void Run::stop_within_epoch(int signal) {
  save_checkpoint(batches_done_);
  stop(signal, fmt::format("in epoch {} after batch {}", epoch_, batches_done_));
}

void Run::after_batch(Index examples) {
  ++batches_done_;
  const double loss = meter.mean("train_loss");
  if (!std::isfinite(loss))
    fail_not_finite(
        fmt::format("the training loss became {} in epoch {}, batch {}", figure_text(loss), epoch_, batches_done_),
        options_.nan_guard ? "" : "; --nan-guard names the op where it begins");
  if (schedule_) schedule_->step();
  if (const int signal = pending_signal()) stop_within_epoch(signal);
  progress_->update(examples, loss);
  if (options_.checkpoint_every > 0 && batches_done_ % options_.checkpoint_every == 0) save_checkpoint(batches_done_);
}

void Run::report(const Test& test) {
  const auto end_at_signal = [] {
    if (const int signal = pending_signal()) throw Interrupted{signal};
  };
  Figures of_test;
  try {
    of_test = averages_ ? averages_->during([&] { return test(end_at_signal); }) : test(end_at_signal);
  } catch (const Interrupted& interrupted) {
    stop_within_epoch(interrupted.signal);  // here, where the model has its weights back from the averages
  }
  const double seconds = seconds_in_epoch();
  nlohmann::json line = {{"epoch", epoch_}, {"seconds", seconds}, {"seconds_since_start", seconds_of_run()}};
  Figures figures = meter.means();
  figures.insert(figures.end(), of_test.begin(), of_test.end());
  for (const auto& [name, value] : figures) line[name] = value;
  line["examples_per_second"] = static_cast<double>(training_examples_) / seconds;
  folder_.append_metrics(line);
  history_.push_back(line);
  progress_->clear();
  if (!options_.quiet) {
    std::string text = fmt::format("epoch {:3}  {:6.2f} s", epoch_, seconds);
    for (const auto& [name, value] : figures) text += "  " + name + " " + figure_text(value);
    say(text + "\n");
  }
  for (const auto& [name, value] : of_test)
    if (!std::isfinite(value))
      fail_not_finite(fmt::format("{} became {} after epoch {}", name, figure_text(value), epoch_));
  save_checkpoint(0);
  if (const int signal = pending_signal()) stop(signal, fmt::format("after epoch {}", epoch_));
  if (epoch_ == options_.epochs) release_signals();  // everything is saved: the program may be stopped now
}

void Run::fail_not_finite(const std::string& what, const std::string& further_hint) {
  progress_->clear();
  throw NotFiniteError(fmt::format("{}{}\n  hint: try a smaller --lr{}{}", what, first_not_finite(*model_),
                                   Checkpoint::exists(checkpoint_path())
                                       ? "; the last checkpoint in " + printable(folder().string()) + " is kept"
                                       : "",
                                   further_hint));
}

void Run::require_finite_model() {
  if (!first_not_finite(*model_).empty()) fail_not_finite("the model is not finite any more");
}

void Run::save_model(const models::Architecture& metadata) {
  require_finite_model();
  architecture_.insert(metadata.begin(), metadata.end());
  examples::save_model(model_path(), *model_, architecture_);
}

void Run::finish(const nlohmann::json& further) {
  std::vector<double> seconds;
  for (const auto& line : history_) seconds.push_back(line.at("seconds"));
  const double usual_seconds = median(seconds);
  nlohmann::json summary = {{"program", options_.program},
                            {"data", data_name_},
                            {"seed", options_.seed},
                            {"threads", num_threads()},
                            {"parameters", model_->parameter_count()},
                            {"epochs", options_.epochs},
                            {"seconds_total", seconds_of_run()},
                            {"seconds_per_epoch", usual_seconds},
                            {"peak_memory_bytes", peak_memory_bytes()},
                            {"weights_sha256", io::sha256_of(model_->state_dict())}};
  if (!class_names_.empty()) summary["class_names"] = class_names_;
  if (!history_.empty()) {
    for (const auto& [name, value] : history_.back().items())
      if (name != "epoch" && name != "seconds") summary[name] = value;
    summary["examples_per_second"] = static_cast<double>(training_examples_) / usual_seconds;  // not of the last epoch
  }
  for (const auto& [name, value] : further.items()) summary[name] = value;
  pictures.remove_others();
  folder_.write_json("summary.json", summary);
  folder_.mark_done();
  if (profiler_) say(profiler_->table());
  if (!options_.quiet) say("wrote " + printable(folder().string()) + "\n");
}

Series Run::series(const std::string& figure) const {
  Series series{figure, {}};
  for (const auto& line : history_) series.values.push_back(line.at(figure));
  return series;
}

// ---- batches ----------------------------------------------------------------------------------------------

Run::Batches::Batches(Run& run, const data::Images& images)
    : run_(run),
      order_(std::make_unique<Generator>(run.options_.seed)),
      loader_(images, loading(images.size(), run.options_), *order_) {
  order_->set_state(run.options_.seed, order_position(run.epoch_));
}

Run::Batches::Iterator Run::Batches::begin() {
  Iterator it(run_, loader_.begin());
  run_.batches_done_ = 0;
  for (; run_.skip_batches_ > 0; --run_.skip_batches_, ++run_.batches_done_) ++it.position_;
  return it;
}

Run::Batches::Iterator& Run::Batches::Iterator::operator++() {
  run_.after_batch((*position_).image.dim(0));
  ++position_;
  return *this;
}

}  // namespace tandem::examples
