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
  double held_out = 0.1;         ///< share of the pictures that are for testing
  std::uint64_t split_seed = 1;  ///< another seed, other pictures held out
  /// Keeps the decoded pictures for the next time in this folder, in a file for each folder and format; empty:
  /// they are decoded each time.
  std::filesystem::path cache = {};
  std::optional<std::uint64_t> memory = {};  ///< bytes that are available; else available_memory()
};

/// The pictures of a folder. The pixels of both parts lie in one piece of memory.
struct PictureFolder {
  Images train, held_out;
  std::vector<std::string> class_names;   ///< by label; empty if there are no labels
  std::vector<std::string> lost_classes;  ///< that are not there since none of their pictures could be read
  std::vector<std::string> skipped;       ///< the message for each picture that could not be read, by path
  bool from_cache = false;
};

/// Reads all PNG, JPEG, BMP, GIF and TGA pictures in a folder and in those within it. Files whose names end as those
/// of other pictures (.webp, .tif, .tiff, .heic, .heif, .avif) are skipped with a message; files with any other ending,
/// and files and folders whose names begin with a dot, are passed over without one. Symbolic links are followed, but
/// each folder is entered once, and none more than 32 deep.
///
/// All pictures are decoded, into as many bytes as their format has; that is refused, before the memory is taken, if
/// it is more than half of what is available: batches, of floating numbers, and a model need memory too.
///
/// If all pictures lie in folders within the folder, and these are at least two, then those are the classes: the
/// label is the place of the first folder's name in alphabetical order.
///
/// Whether a picture is held out, and the order, follow from a hash of the split's seed and the path within the
/// folder: other pictures come and go without changing either. At least one is held out.
///
/// The cache is used if the SHA-256 of names and contents of all the files is what it was, and so is that of the
/// cached bytes; else it is made anew. One that cannot be written, or that another process is writing to, is done
/// without.
///
/// @throws io::FileError if there is no such folder, it or one within it may not be read, fewer than two pictures can
///                       be, or there are too many for the memory
/// @throws ValueError    if the format is not one, or the share is not in (0, 1)
PictureFolder read_picture_folder(const std::filesystem::path& folder, const PictureFolderOptions& options = {});

/// Whether there is any file in the folder, or those within it, that read_picture_folder() would look at.
bool has_pictures(const std::filesystem::path& folder);

}  // namespace tandem::data
