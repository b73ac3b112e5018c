#include "examples/support/picture_arguments.h"

#include "examples/support/program.h"
#include "nn/data/picture_files.h"
#include "nn/io/file.h"

namespace tandem::examples {
namespace fs = std::filesystem;
namespace {

void add_folder(const fs::path& folder, NamedPictures& pictures) {
  const std::size_t unreadable_before = pictures.unreadable.size();
  const auto files = data::find_pictures(folder, SIZE_MAX, &pictures.unreadable);
  if (files.empty() && pictures.unreadable.size() == unreadable_before)  // an unreadable folder may hold some
    throw io::FileError(folder, "no picture in this folder",
                        "pictures are files that end in .png, .jpg, .jpeg, .bmp, .gif or .tga");
  for (const auto& file : files) pictures.paths.push_back(file.path);
}

}  // namespace

NamedPictures find_named_pictures(const std::vector<fs::path>& given) {
  NamedPictures pictures;
  std::error_code error;  // what cannot be looked at counts as a file, and says why when it is read
  for (const auto& path : given) {
    if (path == "-")
      throw UsageError("-: standard input is not read\n  hint: give the name of a file, such as picture.png");
    if (!fs::is_directory(path, error)) {
      pictures.paths.push_back(path);
      continue;
    }
    try {
      add_folder(path, pictures);
    } catch (const io::FileError& e) {
      if (given.size() == 1) throw;
      pictures.unreadable.push_back(e.what());
    }
  }
  return pictures;
}

}  // namespace tandem::examples
