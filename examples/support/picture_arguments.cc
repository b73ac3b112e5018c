#include "examples/support/picture_arguments.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "examples/support/ascii.h"
#include "examples/support/program.h"
#include "nn/data/picture_files.h"
#include "nn/io/file.h"

namespace tandem::examples {
namespace fs = std::filesystem;
namespace {

constexpr const char* known_endings = ".png, .jpg, .jpeg, .bmp, .gif or .tga";

bool is_picture_of_another_kind(const fs::path& path) {
  constexpr std::array<std::string_view, 15> endings = {".webp", ".tif", ".tiff", ".heic", ".heif",
                                                        ".avif", ".jp2", ".jxl",  ".svg",  ".psd",
                                                        ".pbm",  ".pgm", ".ppm",  ".pnm",  ".ico"};
  return std::find(endings.begin(), endings.end(), lower(path.extension().string())) != endings.end();
}

/// Sorted. What else there is in the folder that cannot be looked at, data::find_pictures() reports.
std::vector<fs::path> find_pictures_of_other_kinds(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) entry.disable_recursion_pending();
    else if (is_picture_of_another_kind(entry->path())) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void add_folder(const fs::path& folder, NamedPictures& pictures) {
  const auto files = data::find_pictures(folder, SIZE_MAX, &pictures.unreadable);
  const auto others = find_pictures_of_other_kinds(folder);
  if (files.empty())
    throw io::FileError(folder,
                        others.empty()
                            ? "no picture in this folder"
                            : fmt::format("no picture in this folder that can be read, but {} of another kind, as {}",
                                          others.size(), others[0].filename().string()),
                        std::string("pictures are files that end in ") + known_endings);
  for (const auto& file : files) pictures.paths.push_back(file.path);
  for (const auto& other : others)
    pictures.unreadable.push_back(io::FileError(other, std::string("is not read, only ") + known_endings).what());
}

}  // namespace

NamedPictures find_named_pictures(const std::vector<fs::path>& given) {
  NamedPictures pictures;
  std::error_code error;  // what cannot be looked at is no folder, and says why when it is read
  for (const auto& path : given) {
    if (path == "-") throw UsageError("-: standard input is not read\n  hint: give the name of a file, as picture.png");
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
