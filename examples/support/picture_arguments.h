#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::examples {

/// The pictures that a command line names, where in place of a folder those in it are meant.
struct NamedPictures {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> unreadable;  ///< what is wrong with each that was found but cannot be read
};

/// One of many that is missing does not keep the others from being found.
/// @throws UsageError    for "-"
/// @throws io::FileError if the only thing named is a folder that gives no picture
NamedPictures find_named_pictures(const std::vector<std::filesystem::path>& given);

}  // namespace tandem::examples
