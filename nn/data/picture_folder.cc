#include "nn/data/picture_folder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "nn/data/in_parallel.h"
#include "nn/data/picture_cache.h"
#include "nn/data/picture_files.h"
#include "nn/io/image.h"
#include "nn/io/sha256.h"

namespace tandem::data {
namespace fs = std::filesystem;
namespace {

std::string text_of(const PictureFormat& format) {
  return std::to_string(format.height) + "x" + std::to_string(format.width) + "x" + std::to_string(format.channels);
}

/// The hash of a file's content, or of the reason why there is none.
std::string hash_of(const fs::path& path) {
  io::Sha256 hash;
  try {
    io::InputFile file(path);
    std::vector<std::byte> piece(1 << 16);
    while (const std::size_t n = file.read_some(piece)) hash.update(std::span(piece).first(n));
  } catch (const io::FileError& e) {
    hash.update(e.what());
  }
  return hash.digits();
}

/// One hash for what the folder holds and how it is to be seen.
std::string key_of(const std::vector<PictureFile>& files, const PictureFormat& format) {
  std::vector<std::string> hashes(files.size());
  for_each_in_parallel(std::ssize(files), [&](Index i) {
    hashes[static_cast<std::size_t>(i)] = hash_of(files[static_cast<std::size_t>(i)].path);
  });
  io::Sha256 key;
  key.update("pictures 2 " + text_of(format) + "\n");
  for (std::size_t i = 0; i < files.size(); ++i) key.update(hashes[i] + " " + files[i].name + '\0');
  return key.digits();
}

DecodedPictures decode(const std::vector<PictureFile>& files, const PictureFormat& format) {
  struct Result {
    Tensor picture;
    std::string problem;
    bool lasting = true;
  };
  std::vector<Result> results(files.size());
  const auto decode_one = [&](const fs::path& path) -> Result {
    try {
      return {bring_into(format, io::read_image(path, 4)), {}};
    } catch (const io::FileError& e) {
      return {{}, e.what()};
    } catch (const std::bad_alloc&) {
      return {{}, path.string() + ": not enough memory to decode it", false};
    }
  };
  for_each_in_parallel(std::ssize(files), [&](Index i) {
    results[static_cast<std::size_t>(i)] = decode_one(files[static_cast<std::size_t>(i)].path);
  });

  DecodedPictures pictures;
  for (std::size_t i = 0; i < files.size(); ++i)
    results[i].problem.empty() ? pictures.names.push_back(files[i].name)
                               : pictures.skipped.push_back(results[i].problem);
  pictures.lasting = std::all_of(results.begin(), results.end(), [](const Result& r) { return r.lasting; });
  const Index d = format.height * format.width * format.channels;
  pictures.pixels = Tensor({static_cast<Index>(pictures.names.size()), d}, DType::uint8);
  std::uint8_t* to = pictures.pixels.mutable_data<std::uint8_t>();
  for (const Result& result : results)
    if (result.problem.empty()) to = std::copy_n(result.picture.data<std::uint8_t>(), d, to);
  return pictures;
}

/// The cached pictures if they are still right, else new ones, which are cached.
std::pair<DecodedPictures, bool> decode_or_load(const fs::path& folder, const std::vector<PictureFile>& files,
                                                const PictureFolderOptions& options) {
  if (options.cache.empty()) return {decode(files, options.format), false};
  std::error_code ignored;
  const std::string which = fs::weakly_canonical(folder, ignored).string() + '\0' + text_of(options.format);
  const fs::path path =
      options.cache / ("pictures-" + io::sha256(std::as_bytes(std::span(which))).substr(0, 16) + ".safetensors");
  const std::string key = key_of(files, options.format);
  if (auto cached =
          load_picture_cache(path, key, options.format.height * options.format.width * options.format.channels))
    return {std::move(*cached), true};
  DecodedPictures pictures = decode(files, options.format);
  try {
    fs::create_directories(options.cache, ignored);
    if (pictures.lasting) save_picture_cache(path, key, pictures);
  } catch (const io::WriteError&) {  // it only costs time
  }
  return {std::move(pictures), false};
}

/// The first folder of each name, in alphabetical order; none unless all have one and there are two or more.
std::vector<std::string> classes_of(const std::vector<std::string>& names) {
  std::set<std::string> folders;
  for (const std::string& name : names) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) return {};
    folders.insert(name.substr(0, slash));
  }
  if (folders.size() < 2) return {};
  return {folders.begin(), folders.end()};
}

Tensor labels_of(const std::vector<std::string>& names, const std::vector<std::string>& classes) {
  if (classes.empty()) return {};
  Tensor labels({static_cast<Index>(names.size())}, DType::int64);
  std::transform(names.begin(), names.end(), labels.mutable_data<std::int64_t>(), [&](const std::string& name) {
    return std::lower_bound(classes.begin(), classes.end(), name.substr(0, name.find('/'))) - classes.begin();
  });
  return labels;
}

/// A number in [0, 1) that depends on nothing but the seed and the name.
double chance(std::uint64_t seed, const std::string& name) {
  const std::string text = std::to_string(seed) + "/" + name;
  const std::string digits = io::sha256(std::as_bytes(std::span(text))).substr(0, 13);  // 52 bits
  return std::ldexp(static_cast<double>(std::stoull(digits, nullptr, 16)), -52);
}

}  // namespace

bool has_pictures(const fs::path& folder) { return !find_pictures(folder, 1).empty(); }

PictureFolder read_picture_folder(const fs::path& folder, const PictureFolderOptions& options) {
  if (!(options.held_out > 0 && options.held_out < 1))
    throw_value_error("read_picture_folder", "held_out is " + std::to_string(options.held_out), "0 < held_out < 1");
  check(options.format);
  const auto [decoded, from_cache] = decode_or_load(folder, find_pictures(folder), options);
  const std::vector<std::string>& names = decoded.names;
  if (names.size() < 2)
    throw io::FileError(
        folder, std::to_string(names.size()) + " of its pictures can be read, but at least two are needed",
        decoded.skipped.empty() ? "PNG, JPEG, BMP, GIF and TGA files are looked for, in the folder and those within it"
                                : decoded.skipped.front());

  std::vector<double> chances;
  for (const std::string& name : names) chances.push_back(chance(options.split_seed, name));
  std::vector<Index> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
    return chances[static_cast<std::size_t>(a)] < chances[static_cast<std::size_t>(b)];
  });
  const auto held_out = std::clamp<std::ptrdiff_t>(
      std::count_if(chances.begin(), chances.end(), [&](double c) { return c < options.held_out; }), 1,
      std::ssize(order) - 1);

  PictureFolder result{{}, {}, classes_of(names), decoded.skipped, from_cache};
  const auto [height, width, channels] = options.format;
  const Images all{decoded.pixels, labels_of(names, result.class_names),         height, width,
                   channels,       static_cast<Index>(result.class_names.size())};
  const std::span<const Index> places = order;
  result.held_out = all.subset(places.first(static_cast<std::size_t>(held_out)));
  result.train = all.subset(places.subspan(static_cast<std::size_t>(held_out)));
  return result;
}

}  // namespace tandem::data
