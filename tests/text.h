#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tandem::test {

/// All that a file holds, byte for byte; nothing if there is no such file.
inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tandem::test
