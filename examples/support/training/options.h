#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "nn/data/augment.h"
#include "nn/data/source.h"
#include "nn/optim/optimizer.h"
#include "nn/optim/schedule.h"

namespace CLI {
class App;
}

namespace tandem::examples {

/// Where images come from: --data, --data-dir, --limit, --validation, and for pictures --image-size and --color.
struct DataOptions {
  std::string data = "mnist";
  std::filesystem::path data_dir = "datasets";  ///< the flag's, else $TANDEM_DATA
  Index limit = 0;                              ///< use the first so many training examples; 0 for all
  Index validation = 0;                         ///< hold out the last so many training examples and test on them
  data::PictureFormat format;                   ///< of pictures

  void add_to(CLI::App& app);
  /// Loads the images; with --validation the test images are those held out. Pictures that cannot be read are
  /// named on standard error.
  data::Source load() const;

 private:
  bool format_given_ = false;
};

/// What all training programs share. The defaults are those of the flags.
struct TrainingOptions {
  std::string program;
  DataOptions data;
  int epochs = 10;
  int least_epochs = 1;  ///< 0 for a program that can test a loaded model without training it
  Index batch_size = 128;
  Index least_batch = 1;  ///< 2 with batch normalisation: one image has no variance; a smaller last batch is left out
  double lr = 1e-3;
  std::string optimizer = "adam";
  double momentum = 0;
  double weight_decay = 0;
  std::string schedule = "constant";
  double average = 0;                ///< decay of the average of the weights that is tested and saved; 0 for none
  std::vector<std::string> augment;  ///< see data::augmentation_named()
  std::uint64_t seed = 1;
  int threads = 0;            ///< 0: as many as TANDEM_NUM_THREADS or the machine says
  std::filesystem::path out;  ///< default runs/PROGRAM
  bool resume = false;
  std::filesystem::path load;  ///< start from the weights of this model file
  Index log_interval = 0;      ///< batches between lines; 0 for none
  bool quiet = false;
  Index checkpoint_every = 0;  ///< batches between checkpoints within an epoch; 0 for none
  bool nan_guard = false;      ///< stop at the first op that outputs a NaN or an infinity
  bool profile = false;        ///< print where the time went, op by op

  virtual ~TrainingOptions() = default;
  virtual void add_to(CLI::App& app);
  /// Everything that determines the numbers of a run, and nothing else.
  virtual nlohmann::json to_json() const;
  /// The other settings, which may differ when a run is resumed.
  virtual nlohmann::json further_json() const;
  /// The random changes to training images, anew each time they are seen.
  data::Augmentation augmentation(const data::Images& images) const;

  std::unique_ptr<optim::Optimizer> make_optimizer(const std::vector<Tensor>& parameters) const;
  /// The schedule of the learning rate over `steps` steps; null for a constant rate, or if there are no steps.
  std::unique_ptr<optim::Schedule> make_schedule(optim::Optimizer& optimizer, Index steps) const;

 protected:
  /// Sets what follows from the given flags, such as a preset.
  virtual void complete(const CLI::App&) {}
  /// @throws UsageError for flags that have no effect together
  virtual void check_flags(const CLI::App& app) const;
};

}  // namespace tandem::examples
