#include "examples/support/training/run_pictures.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "nn/io/file.h"
#include "nn/io/image.h"

namespace tandem::examples {
namespace {

// All pictures that training programs draw; one that is missing here would never be removed.
constexpr std::array<std::string_view, 8> at_the_end = {"confusion",           "curves_accuracy", "curves_loss",
                                                        "curves_terms",        "interpolation",   "manifold",
                                                        "first_layer_weights", "mistakes"};
constexpr std::array<std::string_view, 2> of_each_epoch = {"reconstruction", "sample"};

bool is_of_an_epoch(const std::string& name) {
  for (const std::string_view kind : of_each_epoch) {
    if (name.size() <= kind.size() + 1 || !name.starts_with(kind)) continue;
    std::size_t epoch = 0;
    std::from_chars(name.data() + kind.size() + 1, name.data() + name.size(), epoch);
    // Compares the whole name: sample_0012.png is of the program `sample`.
    if (name == RunPictures::of_epoch(std::string(kind), epoch)) return true;
  }
  return false;
}

bool may_be_of_a_run(const std::string& name) {
  return is_of_an_epoch(name) || std::any_of(at_the_end.begin(), at_the_end.end(), [&](std::string_view picture) {
           return name == std::string(picture) + ".png";
         });
}

}  // namespace

std::string RunPictures::of_epoch(const std::string& kind, std::size_t epoch) {
  return fmt::format("{}_{:03}.png", kind, epoch);
}

void RunPictures::write(const std::string& name, const Tensor& picture) {
  io::write_png(folder_ / name, picture);
  drawn_.insert(name);
}

RunPictures::RunPictures(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code ignored;
  had_run_ = std::filesystem::exists(folder_ / "config.json", ignored);
}

void RunPictures::remove_others() const {
  if (!had_run_) return;
  std::error_code error;
  std::set<std::filesystem::path> others;
  for (std::filesystem::directory_iterator entry(folder_, error), end; entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (may_be_of_a_run(name) && !drawn_.contains(name) && entry->is_regular_file(error)) others.insert(entry->path());
  }
  for (const std::filesystem::path& picture : others)
    if (!std::filesystem::remove(picture, error) && error)
      throw io::WriteError(picture, "is of an older run, and cannot be removed: " + error.message());
}

}  // namespace tandem::examples
