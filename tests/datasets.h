#pragma once

#include <cstdlib>
#include <filesystem>

#include "nn/data/idx.h"
#include "tests/catch.h"

namespace tandem::test {

/// The folder that holds mnist/; empty, after a word on why a test is skipped, if there is none.
inline std::filesystem::path folder_with_mnist() {
  const char* variable = std::getenv("TANDEM_DATA");
  const std::filesystem::path folder = variable ? variable : TANDEM_SOURCE_DIR "/datasets";
  if (data::has_mnist(folder / "mnist")) return folder;
  WARN("test skipped: no MNIST in " << folder);
  return {};
}

}  // namespace tandem::test
