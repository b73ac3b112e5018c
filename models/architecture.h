#pragma once

#include <map>
#include <string>
#include <vector>

#include "autograd/error.h"

namespace tandem::models {

/// What a model is built from, as text: kept in a model file, so that the file loads without flags.
using Architecture = std::map<std::string, std::string>;

/// Reads entries of an Architecture. A missing or malformed entry throws a ValueError that names its key.
class ArchitectureReader {
 public:
  /// @throws ValueError if the architecture is not of kind `model`
  ArchitectureReader(const Architecture& architecture, const std::string& model);

  std::string text(const std::string& key) const;
  Index extent(const std::string& key) const;  ///< a whole number from 1 to 2^28
  Index count(const std::string& key) const;   ///< the same, or 0
  double number(const std::string& key) const;
  std::vector<Index> extents(const std::string& key) const;  ///< any number of them, with commas between

 private:
  std::vector<Index> whole_numbers(const std::string& key, Index least) const;
  Index only(const std::string& key, const std::vector<Index>& values) const;

  const Architecture& architecture_;
  std::string model_;
};

/// {512, 512} as "512,512".
std::string to_text(const std::vector<Index>& extents);
using tandem::to_text;  // of a number

}  // namespace tandem::models
