#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nn/data/dataset.h"
#include "nn/data/picture_format.h"

namespace tandem::data {

struct PictureFolderOptions {
  PictureFormat format = {};
  double held_out = 0.1;         ///< share of the pictures that is for testing
  std::uint64_t split_seed = 1;  ///< another seed holds out other pictures
  /// The folder that caches the decoded pictures, in one file for each picture folder and format; if empty, they are
  /// decoded each time.
  std::filesystem::path cache = {};
  std::optional<std::uint64_t> memory = {};  ///< bytes that are available; else available_memory()
};

/// The pictures of a folder. The pixels of both parts lie in one piece of memory.
struct PictureFolder {
  Images train, held_out;
  std::vector<std::string> class_names;   ///< by label; empty if there are no labels
  std::vector<std::string> lost_classes;  ///< that are missing since none of their pictures could be read
  std::vector<std::string> skipped;       ///< the message for each picture that could not be read, by path
  bool from_cache = false;
};

/// Reads all PNG, JPEG, BMP, GIF and TGA pictures in a folder and its subfolders. Files whose names end like those of
/// other pictures (.webp, .tif, .tiff, .heic, .heif, .avif) are skipped with a message; files with any other ending,
/// and files and folders whose names begin with a dot, are passed over without one. Symbolic links are followed, but
/// each folder is entered once, and none more than 32 levels deep.
///
/// All pictures are decoded, into height * width * channels bytes each. A folder that would take more than half of the
/// available memory is refused before any is allocated: floating-point batches and a model need memory too.
///
/// If all pictures that can be read lie in subfolders, of which there are at least two, those are the classes: the
/// label is the position of the outermost subfolder's name in alphabetical order.
///
/// Whether a picture is held out, and the order, follow from a hash of the split's seed and the path within the folder:
/// adding or removing other pictures changes neither. At least one is held out, and at least one is not.
///
/// The cache is used if the SHA-256 of the names and contents of all files is unchanged, and so is that of the cached
/// bytes; else it is made anew. One that cannot be written, or that another process is writing to, is left as it is.
///
/// @throws io::FileError if there is no such folder, it or a subfolder may not be read, fewer than two pictures can be
///                       read, or there are too many for the memory
/// @throws ValueError    if the format is invalid, or the share is not in (0, 1)
PictureFolder read_picture_folder(const std::filesystem::path& folder, const PictureFolderOptions& options = {});

/// Whether the folder or a subfolder has any file that read_picture_folder() would look at.
bool has_pictures(const std::filesystem::path& folder);

}  // namespace tandem::data
