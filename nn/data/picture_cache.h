#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::data {

/// Pictures in one form, as a folder of them was decoded.
struct DecodedPictures {
  Tensor pixels;                     ///< uint8 [n, height * width * channels]
  std::vector<std::string> names;    ///< n, the paths within the folder
  std::vector<std::string> skipped;  ///< the message for each file that could not be read
  bool lasting = true;               ///< false if one was skipped only because memory was short
};

/// Reads decoded pictures of so many bytes each from a file; nothing if it is missing, damaged, or made from what has
/// another key.
std::optional<DecodedPictures> load_picture_cache(const std::filesystem::path& path, const std::string& key,
                                                  Index row_bytes);

/// Writes them, atomically.  @throws io::WriteError if that fails
void save_picture_cache(const std::filesystem::path& path, const std::string& key, const DecodedPictures& pictures);

}  // namespace tandem::data
