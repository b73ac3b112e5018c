#pragma once

#include <filesystem>
#include <string>

#include "examples/support/image_description.h"
#include "nn/data/dataset.h"

namespace CLI {
class App;
}

namespace tandem::examples {

/// --data and --data-dir, for programs that only look at some of the test images.
struct TestSetOptions {
  std::string data;  ///< empty: what the model was trained on
  std::filesystem::path data_dir = "datasets";

  void add_to(CLI::App& app);
  /// The dataset to load for a model of these images.  @throws UsageError if the model was trained on a folder and
  /// --data does not say where it is
  std::string of(const ImageDescription& images) const;
  /// Loads its test images. Pictures that cannot be read are named on standard error.
  /// @throws io::FileError if the data is missing or malformed
  data::Images load(const ImageDescription& images) const;
};

}  // namespace tandem::examples
