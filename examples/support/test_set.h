#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "nn/data/source.h"

namespace tandem::examples {

/// --data and --data-dir, for programs that only look at some of the test images.
struct TestSetOptions {
  std::string data = "mnist";
  std::filesystem::path data_dir = "datasets";

  void add_to(CLI::App& app) {
    app.add_option("--data", data, "mnist, fashion, synthetic, or a folder of IDX files")
        ->type_name("NAME|PATH");
    app.add_option("--data-dir", data_dir, "folder with the datasets")
        ->envname("TANDEM_DATA")
        ->type_name("DIR");
  }
  /// @throws io::FileError if the data is missing or malformed
  data::Images load() const { return data::load(data, data_dir).test; }
};

}  // namespace tandem::examples
