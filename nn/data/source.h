#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "nn/data/dataset.h"

namespace tandem::data {

/// A dataset as a program takes it.
struct Source {
  Images train, test;
  std::string name;  ///< "mnist", "fashion", "synthetic", or that of the folder
};

/// Loads what the flag --data names: "mnist" or "fashion", from the folder of that name in `data_dir`;
/// "synthetic", see synthetic.h; or the path of a folder with IDX files named as those of MNIST.
///
/// @param limit  use only the first so many training examples; of "synthetic", make so many (else 10,000).
///               The test set is always whole (of "synthetic", 2,000)
/// @throws io::FileError if the data is missing or malformed, or training and test images differ in size; the
///         hint says how to get the data
/// @throws ValueError    if the limit is less than 1
Source load(const std::string& what, const std::filesystem::path& data_dir, std::optional<Index> limit = {});

}  // namespace tandem::data
