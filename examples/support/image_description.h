#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/architecture.h"
#include "nn/data/source.h"

namespace tandem::examples {

/// What a model file says about the images that the model was trained on.
struct ImageDescription {
  data::PictureFormat format;            ///< height, width and channels
  bool pictures = false;                 ///< of a folder, not digits
  std::vector<std::string> class_names;  ///< by label; empty if they have no names
  std::string data;                      ///< the dataset's name, or that of the folder; empty if not recorded
  bool folder = false;                   ///< `data` is a folder's name, even if a dataset has the same

  static ImageDescription of(const data::Source& source);
  /// @throws io::FileError if the file is missing or malformed. A file without a description is taken to be of square
  ///                       grey images of `inputs` pixels
  static ImageDescription read(const std::filesystem::path& model_file, Index inputs);

  /// Whether two models were trained on other data, as far as their files say.
  bool is_of_other_data(const ImageDescription& other) const {
    return !data.empty() && !other.data.empty() && (data != other.data || folder != other.folder);
  }

  void add_to(models::Architecture& metadata) const;
  /// "60000 + 10000 of 28 x 28 x 1, 10 classes": shows a resumed run whether its data has changed.
  std::string summary(const data::Source& source) const;
};

}  // namespace tandem::examples
