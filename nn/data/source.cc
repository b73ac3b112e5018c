#include "nn/data/source.h"

#include <algorithm>
#include <array>

#include "nn/data/idx.h"
#include "nn/data/picture_folder.h"
#include "nn/data/synthetic.h"
#include "nn/io/file.h"

namespace tandem::data {
namespace fs = std::filesystem;
namespace {

std::string extents_of(const Images& images) {
  return std::to_string(images.height) + " x " + std::to_string(images.width) + " x " + std::to_string(images.channels);
}

Source from_idx_files(const fs::path& folder, const std::string& name) {
  Source source{read_mnist(folder, true), read_mnist(folder, false), name};
  if (extents_of(source.train) != extents_of(source.test))
    throw io::FileError(folder, "the training images are " + extents_of(source.train) + ", but the test images " +
                                    extents_of(source.test));
  const Index classes = std::max(source.train.classes, source.test.classes);
  source.train.classes = source.test.classes = classes;
  return source;
}

Source from_pictures(const fs::path& folder, const std::string& name, const fs::path& data_dir,
                     const PictureFormat& format) {
  PictureFolder pictures = read_picture_folder(folder, {.format = format, .cache = data_dir / "cache"});
  return {pictures.train, pictures.held_out, name, true, pictures.class_names, pictures.lost_classes, pictures.skipped};
}

/// Whether the dataset has a name, and IDX files in a folder of that name.
bool is_downloaded(const std::string& what) { return what == "mnist" || what == "fashion"; }

/// A folder that the user named: it must be there and hold IDX files or pictures.
Source from_path(const fs::path& folder, const fs::path& data_dir, const PictureFormat& format) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) {
    const std::string text = folder.string(), bare = text.substr(0, text.find_last_not_of('/') + 1);
    throw io::FileError(folder, "no such dataset, and no such folder",
                        has_name(bare) ? bare + ", without the slash, is a dataset"
                                       : "there are mnist, fashion, synthetic, and folders of IDX files or pictures");
  }
  if (!fs::is_directory(folder, ignored))
    throw io::FileError(folder, "is a file, but a folder of IDX files or pictures is needed",
                        "name the folder that it is in");
  const std::string name = fs::absolute(folder / "file").parent_path().filename().string();
  if (has_mnist(folder)) return from_idx_files(folder, name);
  if (has_pictures(folder)) return from_pictures(folder, name, data_dir, format);
  throw io::FileError(folder, "has neither a train-images-idx3-ubyte, plain or with .gz, nor any picture",
                      "pictures are files that end in .png, .jpg, .jpeg, .bmp, .gif or .tga");
}

/// The classes of Fashion-MNIST, by label: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747, table 2.
constexpr std::array fashion_classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                        "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

}  // namespace

bool has_name(const std::string& what) { return is_downloaded(what) || what == "synthetic"; }

Source load(const std::string& what, const fs::path& data_dir, std::optional<Index> limit,
            const PictureFormat& format) {
  if (limit && *limit < 1)
    throw_value_error("load", "a limit of " + std::to_string(*limit) + " training examples", "at least 1");
  if (what == "synthetic") {
    constexpr std::uint64_t train_seed = 1,
                            test_seed = 2;  // the same digits whatever the seed of the training
    return {synthetic_digits(limit.value_or(10'000), train_seed), synthetic_digits(2'000, test_seed), what};
  }
  Source source = is_downloaded(what) ? from_idx_files(data_dir / what, what) : from_path(what, data_dir, format);
  source.folder = !is_downloaded(what);
  if (what == "fashion" && source.train.classes == std::ssize(fashion_classes))
    source.class_names.assign(fashion_classes.begin(), fashion_classes.end());
  if (limit) source.train = source.train.first(*limit);
  return source;
}

}  // namespace tandem::data
