#include "nn/data/picture_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <set>
#include <string_view>
#include <system_error>

#include "nn/io/file.h"

namespace tandem::data {
namespace fs = std::filesystem;
namespace {

constexpr int deepest = 32;

/// The second line has formats that are not read: whoever put such a file there gets a message.
constexpr std::array<std::string_view, 12> endings = {".png",  ".jpg", ".jpeg", ".bmp",  ".gif",  ".tga",
                                                      ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif"};

bool ends_as_a_picture(const std::string& name) {
  std::string ending = fs::path(name).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

class Search {
 public:
  Search(std::size_t most, std::vector<std::string>* unreadable) : most_(most), unreadable_(unreadable) {}

  /// @param within  path of the folder within the outermost one, empty or with "/" at its end
  void visit(const fs::path& folder, const std::string& within, int depth) {
    if (depth > deepest) return;
    struct stat status;
    if (::stat(folder.c_str(), &status) != 0) return cannot_be_read(folder, {errno, std::generic_category()}, depth);
    if (!entered_.emplace(status.st_dev, status.st_ino).second) return;  // a link back, or a second one

    std::error_code error;
    fs::directory_iterator entries(folder, error);
    std::vector<fs::path> paths;  // sorted: which of two links to a folder is entered must not be left to chance
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) paths.push_back(entries->path());
    if (error) return cannot_be_read(folder, error, depth);
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
      if (found.size() >= most_) return;
      const std::string name = path.filename().string();
      if (name.starts_with('.')) continue;
      if (fs::is_directory(path, error)) visit(path, within + name + "/", depth + 1);
      else if (ends_as_a_picture(name)) found.push_back({path, within + name});
      else if (error == std::errc::permission_denied) cannot_be_read(path, error, depth + 1);  // it may be a folder
    }
  }

  std::vector<PictureFile> found;

 private:
  void cannot_be_read(const fs::path& folder, const std::error_code& error, int depth) {
    const io::FileError problem(folder, "cannot be read: " + error.message());
    if (!unreadable_ || depth == 0) throw problem;
    unreadable_->push_back(problem.what());
  }

  std::size_t most_;
  std::vector<std::string>* unreadable_;
  std::set<std::pair<dev_t, ino_t>> entered_;
};

}  // namespace

std::vector<PictureFile> find_pictures(const fs::path& folder, std::size_t most, std::vector<std::string>* unreadable) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) throw io::FileError(folder, "no such folder");
  Search search(most, unreadable);
  search.visit(folder, "", 0);
  std::sort(search.found.begin(), search.found.end(),
            [](const PictureFile& a, const PictureFile& b) { return a.name < b.name; });
  return std::move(search.found);
}

}  // namespace tandem::data
