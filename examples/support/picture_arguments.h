#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::examples {

/// The pictures that a command line names; a folder stands for the pictures in it.
struct NamedPictures {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> unreadable;  ///< what is wrong with each that was found but cannot be read
};

/// If one of several folders gives no picture, the others are found all the same.
/// @throws UsageError    for "-"
/// @throws io::FileError if the only thing named is a folder that gives no picture
NamedPictures find_named_pictures(const std::vector<std::filesystem::path>& given);

}  // namespace tandem::examples
