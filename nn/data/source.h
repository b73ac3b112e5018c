#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nn/data/dataset.h"
#include "nn/data/picture_format.h"

namespace tandem::data {

/// A dataset as programs use it.
struct Source {
  Images train, test;
  std::string name;  ///< "mnist", "fashion", "synthetic", or that of the folder
  /// Whether it is a folder of pictures, see read_picture_folder(); nothing else has lost classes or skipped pictures.
  bool pictures = false;
  std::vector<std::string> class_names = {};   ///< by label: of "fashion", and of pictures in a folder for each class
  std::vector<std::string> lost_classes = {};  ///< that are missing since none of their pictures could be read
  std::vector<std::string> skipped = {};       ///< a message for each picture that could not be read
  bool folder = false;                         ///< the name is a folder's, even if a dataset has the same
};

/// Whether this is the name of a dataset and not of a folder: "mnist", "fashion" or "synthetic".
bool has_name(const std::string& what);

/// Loads a dataset by name: "mnist" or "fashion", from the folder of that name in `data_dir`; "synthetic", see
/// synthetic.h; or by the path of a folder. The folder has IDX files named as those of MNIST, or pictures, of which a
/// tenth is held out for testing, and which are cached in data_dir/cache.
///
/// @param limit   number of training examples to use, the first ones; of "synthetic", the number to make (else 10,000).
///                The test set is always whole (of "synthetic", 2,000)
/// @param format  that pictures are converted to
/// @throws io::FileError if the data is missing or malformed, or training and test images differ in size; the
///         hint says how to get the data
/// @throws ValueError    if the limit is less than 1, or the format is invalid
Source load(const std::string& what, const std::filesystem::path& data_dir, std::optional<Index> limit = {},
            const PictureFormat& format = {});

}  // namespace tandem::data
