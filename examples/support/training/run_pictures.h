#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "autograd/tensor.h"

namespace tandem::examples {

/// The pictures of a run in its folder, which may hold those of older ones, of this program or another.
class RunPictures {
 public:
  /// Looks whether there has been a run in the folder already.
  explicit RunPictures(std::filesystem::path folder);

  /// Writes one, as io::write_png() does.
  void write(const std::string& name, const Tensor& picture);
  /// Notes one that this run drew before it was stopped and resumed.
  void keep(const std::string& name) { drawn_.insert(name); }

  /// Removes those of older runs: what a training program could have drawn, by its name, and this run has not. Beside
  /// the others they would be taken for its own. In a folder that was new to it, nothing is removed.
  /// @throws io::WriteError if one cannot be removed
  void remove_others() const;

  /// "sample_012.png": one of a kind after each epoch.
  static std::string of_epoch(const std::string& kind, std::size_t epoch);

 private:
  std::filesystem::path folder_;
  bool had_run_;
  std::set<std::string> drawn_;
};

}  // namespace tandem::examples
