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

/// The files in a folder, and in those within it, whose names end as those of pictures do, sorted by name, also of
/// pictures that cannot be read for their format; see read_picture_folder() for those, and for what is passed over.
/// @param most        stops after so many
/// @param unreadable  gets a message for each folder within it that may not be read; if null, that is an error: a
///                    folder that is left out may take a class with it
/// @throws io::FileError if the folder is missing, or may not be read
std::vector<PictureFile> find_pictures(const std::filesystem::path& folder, std::size_t most = SIZE_MAX,
                                       std::vector<std::string>* unreadable = nullptr);

}  // namespace tandem::data
