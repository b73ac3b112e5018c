#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "examples/support/spam/classifier.h"
#include "examples/support/spam/features.h"

namespace tandem::examples::spam {

/// A trained classifier with all that is needed to judge a message.
struct Filter {
  std::string name;  ///< of the classifier
  FeatureOptions features;
  std::unique_ptr<Classifier> classifier;
  double threshold = 0;  ///< a message with higher log-odds is spam
};

/// Writes a safetensors file whose metadata hold everything but the weights.
void save_filter(const std::filesystem::path& path, const Filter& filter);
/// @throws io::FileError if the file is missing, malformed or not written by save_filter()
Filter load_filter(const std::filesystem::path& path);

}  // namespace tandem::examples::spam
