#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "examples/support/flags.h"
#include "examples/support/image_description.h"
#include "examples/support/program.h"
#include "nn/data/source.h"

namespace tandem::examples {

/// --data and --data-dir, for programs that only look at some of the test images.
struct TestSetOptions {
  std::string data;  ///< empty: what the model was trained on
  std::filesystem::path data_dir = "datasets";

  void add_to(CLI::App& app) {
    app.add_option("--data", data,
                   "mnist, fashion, synthetic, or a folder of IDX files or pictures; default: what the model was "
                   "trained on")
        ->type_name("NAME|PATH");
    add_data_dir(app, data_dir);
  }

  /// The dataset that is meant, for a model of these images.  @throws UsageError if that is a folder, which has no name
  std::string of(const ImageDescription& images) const {
    if (!data.empty()) return data;
    if (images.data.empty()) return "mnist";
    if (images.folder || images.pictures || !data::has_name(images.data))
      throw UsageError("the model was trained on the folder \"" + images.data + "\"; say by --data where it is");
    return images.data;
  }

  /// @throws io::FileError if the data is missing or malformed
  data::Images load(const ImageDescription& images) const {
    return data::load(of(images), data_dir, {}, images.format).test;
  }
};

}  // namespace tandem::examples
