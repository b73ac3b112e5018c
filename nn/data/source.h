#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nn/data/dataset.h"
#include "nn/data/picture_format.h"

namespace tandem::data {

/// A dataset as a program takes it.
struct Source {
  Images train, test;
  std::string name;  ///< "mnist", "fashion", "synthetic", or that of the folder
  /// Of a folder of pictures, which read_picture_folder() describes; else nothing.
  bool pictures = false;
  std::vector<std::string> class_names = {};   ///< by label: those of "fashion", and of folders for classes
  std::vector<std::string> lost_classes = {};  ///< that are not there since none of their pictures could be read
  std::vector<std::string> skipped = {};       ///< a message for each picture that could not be read
  bool folder = false;                         ///< the name is a folder's, even if a dataset has the same
};

/// Whether this is the name of a dataset and not of a folder: "mnist", "fashion" or "synthetic".
bool has_name(const std::string& what);

/// Loads what is named: "mnist" or "fashion", from the folder of that name in `data_dir`; "synthetic", see
/// synthetic.h; or the path of a folder with IDX files named as those of MNIST, or with pictures, of which a tenth
/// is held out for testing, and which are cached in data_dir/cache.
///
/// @param limit   use only the first so many training examples; of "synthetic", make so many (else 10,000).
///                The test set is always whole (of "synthetic", 2,000)
/// @param format  into which pictures are brought
/// @throws io::FileError if the data is missing or malformed, or training and test images differ in size; the
///         hint says how to get the data
/// @throws ValueError    if the limit is less than 1, or the format is not one
Source load(const std::string& what, const std::filesystem::path& data_dir, std::optional<Index> limit = {},
            const PictureFormat& format = {});

}  // namespace tandem::data
