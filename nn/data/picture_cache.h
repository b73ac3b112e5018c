#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::data {

/// The pictures of a folder, decoded into one format.
struct DecodedPictures {
  Tensor pixels;                     ///< uint8 [n, height * width * channels]
  std::vector<std::string> names;    ///< n paths within the folder
  std::vector<std::string> skipped;  ///< the message for each file that could not be read
  bool lasting = true;               ///< false if one was skipped only because memory was short
};

/// Reads decoded pictures, of `row_bytes` bytes each, from a file; nothing if the file is missing or damaged, or has
/// another key.
std::optional<DecodedPictures> load_picture_cache(const std::filesystem::path& path, const std::string& key,
                                                  Index row_bytes);

/// Writes them, atomically.  @throws io::WriteError if that fails
void save_picture_cache(const std::filesystem::path& path, const std::string& key, const DecodedPictures& pictures);

}  // namespace tandem::data
