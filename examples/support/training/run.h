#pragma once

#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "autograd/nan_guard.h"
#include "autograd/profile.h"
#include "examples/support/draw/line_chart.h"
#include "examples/support/program.h"
#include "examples/support/training/averages.h"
#include "examples/support/training/meter.h"
#include "examples/support/training/options.h"
#include "examples/support/training/progress.h"
#include "examples/support/training/run_pictures.h"
#include "models/architecture.h"
#include "nn/data/loader.h"
#include "nn/data/source.h"
#include "nn/io/run_folder.h"
#include "nn/module.h"
#include "nn/optim/optimizer.h"

namespace tandem::examples {

/// One training run: everything a training program needs besides the algorithm. It seeds the generators, sets
/// the threads, echoes the settings, keeps the run folder, shows progress, writes checkpoints and resumes.
///
///     Run run(options);
///     run.start(model, optimizer, model.architecture(), data);
///     for (const int epoch : run.epochs()) {
///       for (const auto& [image, label] : run.batches(data.train)) { ...; run.meter.add("train_loss", ...); }
///       run.report([&](const auto& before_batch) -> Figures {
///         return {{"test_loss", evaluate(model, data.test, before_batch).loss}};
///       });
///     }
///     run.save_model();
///     run.finish();
class Run {
 public:
  /// @param options  must outlive the run
  explicit Run(const TrainingOptions& options);

  /// The state that a run trains and a checkpoint holds; it must live until finish(). With --resume it becomes that of
  /// the checkpoint.
  void start(nn::Module& model, optim::Optimizer& optimizer, models::Architecture architecture,
             const data::Source& data);

  /// Lets checkpoints hold the averages too, which must live until finish(), and tests use them. Call before start().
  void keep(Averages& averages) { averages_ = &averages; }

  /// The numbers of the epochs still to run, from 1.
  std::vector<int> epochs() const;
  /// Before the batches of an epoch: whether it resumes in its middle, so that the model is not that of an epoch's end.
  bool resumes_in_middle() const { return skip_batches_ > 0; }

  /// The batches of one epoch in this epoch's order, without those already done in a resumed epoch. Between two batches
  /// the schedule steps, progress is shown, and a signal ends the run with a checkpoint.
  class Batches;
  Batches batches(const data::Images& images);

  /// The current epoch's sums, of which "train_loss" is shown and watched: when it is not finite, the run ends
  /// with NotFiniteError, and the last checkpoint stays.
  Meter meter;

  /// Tests a model. Call the function before each batch: a signal ends the run there.
  using Test = std::function<Figures(const std::function<void()>& before_batch)>;
  /// Ends an epoch: tests, with the averages if there are any, and writes the epoch's line to metrics.jsonl and the
  /// screen, and a checkpoint. A signal ends the run with a checkpoint: of before the test, if it came in its middle.
  void report(const Test& test);
  /// Writes the model. Call it before drawing pictures: one that cannot be drawn must not cost the model.
  /// @param metadata  what else the model file is to say
  void save_model(const models::Architecture& metadata = {});
  /// Removes the pictures of older runs, and writes summary.json, and DONE last of all.
  /// @param further  what else the summary is to say, by name
  void finish(const nlohmann::json& further = nlohmann::json::object());

  const std::filesystem::path& folder() const { return folder_.path(); }
  RunPictures pictures;
  /// One figure over the epochs, for a chart.
  Series series(const std::string& figure) const;

 private:
  std::filesystem::path checkpoint_path() const;
  std::filesystem::path model_path() const;
  /// @throws NotFiniteError that says what is not finite, and what to do
  [[noreturn]] void fail_not_finite(const std::string& what, const std::string& further_hint = "");
  void require_finite_model();
  void write_config() const;
  void require_begun() const;
  void resume();
  void save_checkpoint(Index batches_done);
  void after_batch(Index examples);
  /// Ends the run, of which a checkpoint has been written.
  [[noreturn]] void stop(int signal, const std::string& where);
  [[noreturn]] void stop_within_epoch(int signal);
  double seconds_in_epoch() const;
  double seconds_of_run() const;  ///< the time of all its processes, without the gaps between them

  const TrainingOptions& options_;
  nlohmann::json config_, further_;
  io::RunFolder folder_;
  nn::Module* model_ = nullptr;
  optim::Optimizer* optimizer_ = nullptr;
  std::unique_ptr<optim::Schedule> schedule_;
  Averages* averages_ = nullptr;
  models::Architecture architecture_;
  std::string data_name_;
  std::vector<std::string> class_names_;
  std::optional<Progress> progress_;
  std::optional<Profiler> profiler_;
  std::optional<NanGuard> nan_guard_;
  Index training_examples_ = 0;
  int first_epoch_ = 1, epoch_ = 0;
  Index batches_done_ = 0;     ///< in the epoch
  Index skip_batches_ = 0;     ///< of the first epoch of a resumed run
  double seconds_before_ = 0;  ///< spent in the epoch that is resumed
  double seconds_of_earlier_processes_ = 0;
  std::chrono::steady_clock::time_point epoch_start_;
  std::vector<nlohmann::json> history_;
};

class Run::Batches {
 public:
  class Iterator {
   public:
    const data::Batch& operator*() const { return *position_; }
    Iterator& operator++();
    friend bool operator==(const Iterator& it, std::default_sentinel_t end) { return it.position_ == end; }

   private:
    friend class Batches;
    Iterator(Run& run, data::Loader::Iterator position) : run_(run), position_(std::move(position)) {}
    Run& run_;
    data::Loader::Iterator position_;
  };
  Iterator begin();
  std::default_sentinel_t end() const { return {}; }

 private:
  friend class Run;
  Batches(Run& run, const data::Images& images);
  Run& run_;
  std::unique_ptr<Generator> order_;
  data::Loader loader_;
};

}  // namespace tandem::examples
