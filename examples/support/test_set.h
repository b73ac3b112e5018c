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
    app.add_option("--data", data, "mnist, fashion, synthetic, or a folder of IDX files or pictures")
        ->type_name("NAME|PATH");
    app.add_option("--data-dir", data_dir, "folder with the datasets")->envname("TANDEM_DATA")->type_name("DIR");
  }
  /// @throws io::FileError if the data is missing or malformed
  /// @param format  into which pictures are brought
  data::Images load(const data::PictureFormat& format = {}) const {
    return data::load(data, data_dir, {}, format).test;
  }
};

}  // namespace tandem::examples
