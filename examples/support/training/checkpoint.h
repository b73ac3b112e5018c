#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "nn/module.h"

namespace tandem::examples {

/// Everything a run needs to go on as if it had never stopped: one safetensors file, in which the tensors are
/// named model.*, optimizer.*, schedule.*, average.*, and the rest is JSON in the metadata.
struct Checkpoint {
  struct Sum {
    std::string name;
    double sum, count;
  };

  nlohmann::json config;                 ///< the settings that determine the numbers
  int epoch = 0;                         ///< the last one begun
  Index batches = 0;                     ///< done in that epoch; 0 if it is complete
  std::uint64_t generator_position = 0;  ///< of the default generator
  double seconds = 0;                    ///< spent in that epoch
  double seconds_of_run = 0;             ///< spent by all processes that worked on the run
  std::vector<Sum> sums;                 ///< of that epoch's meter
  StateDict model, optimizer, schedule, average;

  /// Writes it, with a checksum. The one before it stays as previous_path().
  void save(const std::filesystem::path& path) const;
  /// @throws io::FileError if there is no such file, it is not a checkpoint, or its checksum is wrong
  static Checkpoint load(const std::filesystem::path& path);
  /// The same; but if that fails, the previous one takes its place if it can be read, and `report` is told what is
  /// wrong.
  /// @throws io::WriteError if it cannot take its place
  static Checkpoint load_or_previous(const std::filesystem::path& path,
                                     const std::function<void(const std::string&)>& report);
  static std::filesystem::path previous_path(const std::filesystem::path& path);
  /// Whether there is one to go on from.
  static bool exists(const std::filesystem::path& path);
  /// Removes it and the one before it, for a run that begins anew.
  static void remove(const std::filesystem::path& path);
};

/// @throws UsageError that lists the settings in which two runs in a folder differ
void require_same_settings(const nlohmann::json& now, const nlohmann::json& before,
                           const std::filesystem::path& folder);

}  // namespace tandem::examples
