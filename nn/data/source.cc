#include "nn/data/source.h"

#include <algorithm>

#include "nn/data/idx.h"
#include "nn/data/synthetic.h"
#include "nn/io/file.h"

namespace tandem::data {
namespace fs = std::filesystem;
namespace {

std::string extents_of(const Images& images) {
  return std::to_string(images.height) + " x " + std::to_string(images.width) + " x " +
         std::to_string(images.channels);
}

Source from_folder(const fs::path& folder, const std::string& name) {
  Source source{read_mnist(folder, true), read_mnist(folder, false), name};
  if (extents_of(source.train) != extents_of(source.test))
    throw io::FileError(folder, "the training images are " + extents_of(source.train) +
                                    ", but the test images " + extents_of(source.test));
  const Index classes = std::max(source.train.classes, source.test.classes);
  source.train.classes = source.test.classes = classes;
  return source;
}

/// A folder that the user named: it must be there and hold IDX files.
Source from_path(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored))
    throw io::FileError(folder, "no such dataset, and no such folder",
                        "--data takes mnist, fashion, synthetic, or a folder of IDX files");
  if (!fs::is_directory(folder, ignored))
    throw io::FileError(folder, "is a file, but a folder of IDX files is needed",
                        "name the folder that it is in");
  if (!has_mnist(folder))
    throw io::FileError(
        folder, "has no train-images-idx3-ubyte, nor one with .gz",
        "folders of pictures are not read yet, only folders of IDX files like those of MNIST");
  return from_folder(folder, fs::absolute(folder / "file").parent_path().filename().string());
}

}  // namespace

Source load(const std::string& what, const fs::path& data_dir, std::optional<Index> limit) {
  if (limit && *limit < 1)
    throw_value_error("load", "a limit of " + std::to_string(*limit) + " training examples", "at least 1");
  if (what == "synthetic") {
    constexpr std::uint64_t train_seed = 1,
                            test_seed = 2;  // the same digits whatever the seed of the training
    return {synthetic_digits(limit.value_or(10'000), train_seed), synthetic_digits(2'000, test_seed), what};
  }
  Source source = what == "mnist" || what == "fashion" ? from_folder(data_dir / what, what) : from_path(what);
  if (limit) source.train = source.train.first(*limit);
  return source;
}

}  // namespace tandem::data
