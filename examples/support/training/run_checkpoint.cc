// How a run is saved, and resumed.
#include <fmt/core.h>

#include "autograd/random.h"
#include "examples/support/streams.h"
#include "examples/support/training/checkpoint.h"
#include "examples/support/training/run.h"
#include "nn/text.h"

namespace tandem::examples {
namespace {

/// The key in config.json of the settings that a resumed run may change.
constexpr const char* further_name = "further";

}  // namespace

void Run::save_checkpoint(Index batches_done) {
  const ProfileScope profile("checkpoint");
  require_finite_model();  // or this checkpoint would replace a good one
  Checkpoint checkpoint;
  checkpoint.config = config_;
  checkpoint.epoch = epoch_;
  checkpoint.batches = batches_done;
  checkpoint.generator_position = default_generator().position();
  checkpoint.seconds = seconds_in_epoch();
  checkpoint.seconds_of_run = seconds_of_run();
  for (const Meter::Sum& sum : meter.sums_) checkpoint.sums.push_back({sum.name, sum.sum, sum.count});
  checkpoint.model = model_->state_dict();
  checkpoint.optimizer = optimizer_->state_dict();
  if (schedule_) checkpoint.schedule = schedule_->state_dict();
  if (averages_) checkpoint.average = averages_->state_dict();
  checkpoint.save(checkpoint_path());
}

std::filesystem::path Run::checkpoint_path() const { return folder() / "checkpoint.safetensors"; }

std::filesystem::path Run::model_path() const { return folder() / "model.safetensors"; }

void Run::write_config() const {
  nlohmann::json all = config_;
  all[further_name] = further_;
  folder_.write_json("config.json", all);
}

/// A run that was stopped before its first checkpoint begins again, with the same result.
void Run::require_begun() const {
  if (!std::filesystem::exists(folder_ / "config.json"))
    throw io::FileError(checkpoint_path(), "no such file",
                        "no run was begun in this folder: leave out --resume, or name another with --out");
  nlohmann::json before = folder_.read_json("config.json");
  before.erase(further_name);
  require_same_settings(config_, before, folder());
  if (!options_.quiet) say("stopped before its first checkpoint: begins again\n");
}

void Run::resume() {
  const auto path = checkpoint_path();
  const Checkpoint checkpoint =
      Checkpoint::load_or_previous(path, [](const std::string& problem) { complain("warning: " + problem); });
  require_same_settings(config_, checkpoint.config, folder());
  const int epochs_done = checkpoint.epoch - (checkpoint.batches == 0 ? 0 : 1);
  if (epochs_done > options_.epochs)
    throw UsageError(fmt::format("--epochs {}: the run in {} has already done {}", options_.epochs,
                                 printable(folder().string()), epochs_done));
  model_->load_state_dict(checkpoint.model);
  optimizer_->load_state_dict(checkpoint.optimizer);
  if (schedule_) schedule_->load_state_dict(checkpoint.schedule);
  if (averages_) averages_->load_state_dict(checkpoint.average);
  default_generator().set_state(options_.seed, checkpoint.generator_position);
  first_epoch_ = epochs_done + 1;
  skip_batches_ = checkpoint.batches;
  seconds_before_ = checkpoint.seconds;
  seconds_of_earlier_processes_ = checkpoint.seconds_of_run;
  if (skip_batches_ > 0)
    for (const auto& [name, sum, examples] : checkpoint.sums) meter.sums_.push_back({name, sum, examples});
  folder_.begin(epochs_done);
  history_ = folder_.metrics();
  write_config();
  if (!options_.quiet) say(fmt::format("resumed after epoch {}, batch {}\n", epochs_done, skip_batches_));
}

}  // namespace tandem::examples
