#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tandem::data {

/// A picture in a folder of pictures.
struct PictureFile {
  std::filesystem::path path;
  std::string name;  ///< the path within the folder, with "/" between the parts
};

/// The files in a folder and its subfolders whose names end like those of pictures, sorted by name. They include
/// pictures of formats that cannot be read; read_picture_folder() lists those, and what is passed over.
/// @param most        stop after this number of files
/// @param unreadable  gets a message for each subfolder that may not be read; if null, such a folder is an error, since
///                    leaving it out may lose a class
/// @throws io::FileError if the folder is missing, or may not be read
std::vector<PictureFile> find_pictures(const std::filesystem::path& folder, std::size_t most = SIZE_MAX,
                                       std::vector<std::string>* unreadable = nullptr);

}  // namespace tandem::data
