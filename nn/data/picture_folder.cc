#include "nn/data/picture_folder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

#include "autograd/pool.h"
#include "autograd/threads.h"
#include "nn/data/available_memory.h"
#include "nn/data/picture_cache.h"
#include "nn/data/picture_files.h"
#include "nn/io/image.h"
#include "nn/io/sha256.h"
#include "nn/text.h"

namespace tandem::data {
namespace fs = std::filesystem;
namespace {

/// Of one picture.
Index bytes_of(const PictureFormat& format) { return format.height * format.width * format.channels; }

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

/// One hash of what the folder holds and of the format.
std::string key_of(const std::vector<PictureFile>& files, const PictureFormat& format) {
  std::vector<std::string> hashes(files.size());
  parallel_for(std::ssize(files), 1, [&](Index begin, Index end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      hashes[i] = hash_of(files[i].path);
  });
  io::Sha256 key;
  key.update("pictures 2 " + text_of(format) + "\n");
  for (std::size_t i = 0; i < files.size(); ++i) key.update(hashes[i] + " " + files[i].name + '\0');
  return key.digits();
}

/// Why there is no picture; empty if there is one.
struct Problem {
  std::string text = {};
  bool lasting = true;
};

Problem decode_one(const fs::path& path, const PictureFormat& format, std::uint8_t* to) {
  try {
    bring_into(format, io::read_image(path, 4), to);
    return {};
  } catch (const io::FileError& e) {
    return {e.what()};
  } catch (const std::bad_alloc&) {
    return {path.string() + ": not enough memory to decode it", false};
  }
}

DecodedPictures decode(const std::vector<PictureFile>& files, const PictureFormat& format) {
  const Index n = std::ssize(files), d = bytes_of(format);
  Tensor all({n, d}, DType::uint8);
  std::uint8_t* const pixels = all.mutable_data<std::uint8_t>();
  std::vector<Problem> problems(files.size());
  parallel_for(n, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const auto place = static_cast<std::size_t>(i);
      problems[place] = decode_one(files[place].path, format, pixels + i * d);
    }
  });

  DecodedPictures pictures;
  std::uint8_t* end = pixels;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& [problem, lasting] = problems[i];
    pictures.lasting &= lasting;
    if (!problem.empty()) {
      pictures.skipped.push_back(problem);
      continue;
    }
    pictures.names.push_back(files[i].name);
    std::memmove(end, pixels + static_cast<Index>(i) * d, static_cast<std::size_t>(d));  // over those that were skipped
    end += d;
  }
  pictures.pixels = all.rows(0, std::ssize(pictures.names));
  pool::trim();  // pictures of all sizes were decoded
  return pictures;
}

/// The cached pictures if they are still valid, else new ones, which are then cached; and whether they were cached.
std::pair<DecodedPictures, bool> decode_or_load(const fs::path& folder, const std::vector<PictureFile>& files,
                                                const PictureFolderOptions& options) {
  if (options.cache.empty()) return {decode(files, options.format), false};
  std::error_code ignored;
  const std::string which = fs::weakly_canonical(folder, ignored).string() + '\0' + text_of(options.format);
  const fs::path path =
      options.cache / ("pictures-" + io::sha256(std::as_bytes(std::span(which))).substr(0, 16) + ".safetensors");
  const std::string key = key_of(files, options.format);
  if (auto cached = load_picture_cache(path, key, bytes_of(options.format))) return {std::move(*cached), true};
  DecodedPictures pictures = decode(files, options.format);
  try {
    fs::create_directories(options.cache, ignored);
    const io::FolderLock lock(options.cache);  // removes what a killed process was writing there
    if (pictures.lasting) save_picture_cache(path, key, pictures);
  } catch (const io::WriteError&) {  // it only costs time
  }
  return {std::move(pictures), false};
}

void check_memory(const fs::path& folder, std::size_t pictures, const PictureFolderOptions& options) {
  const std::uint64_t most = options.memory.value_or(available_memory()) / 2;
  const auto each = static_cast<std::uint64_t>(bytes_of(options.format));  // at most 2^26
  if (pictures <= most / each) return;
  throw io::FileError(folder,
                      "its " + grouped(pictures) + " pictures take " + grouped(pictures * each) + " bytes as " +
                          text_of(options.format) + ", but at most " + grouped(most) +
                          " are taken, half of the memory that is available",
                      "choose a smaller image size, or fewer pictures; a limit does not help: all are decoded");
}

bool is_in_subfolder(const std::string& name) { return name.find('/') != std::string::npos; }

/// The outermost subfolders in the names, in alphabetical order.
std::set<std::string> subfolders(const std::vector<std::string>& names) {
  std::set<std::string> folders;
  for (const std::string& name : names)
    if (is_in_subfolder(name)) folders.insert(name.substr(0, name.find('/')));
  return folders;
}

std::vector<std::string> names_of(const std::vector<PictureFile>& files) {
  std::vector<std::string> names;
  for (const PictureFile& file : files) names.push_back(file.name);
  return names;
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

/// Reorders rows in place, with memory for one: row i becomes what row order[i] was.
void reorder(Tensor& rows, std::vector<Index> order) {
  const auto d = static_cast<std::size_t>(rows.dim(1));
  std::uint8_t* const bytes = rows.mutable_data<std::uint8_t>();
  const auto row = [&](std::size_t i) { return bytes + i * d; };
  std::vector<std::uint8_t> first(d);
  for (std::size_t start = 0; start < order.size(); ++start) {
    std::copy_n(row(start), d, first.begin());
    std::size_t to = start;
    for (std::size_t from; (from = static_cast<std::size_t>(order[to])) != start; to = from) {
      std::copy_n(row(from), d, row(to));
      order[to] = static_cast<Index>(to);
    }
    std::copy_n(first.begin(), d, row(to));
    order[to] = static_cast<Index>(to);
  }
}

}  // namespace

bool has_pictures(const fs::path& folder) { return !find_pictures(folder, 1).empty(); }

PictureFolder read_picture_folder(const fs::path& folder, const PictureFolderOptions& options) {
  if (!(options.held_out > 0 && options.held_out < 1))
    throw_value_error("read_picture_folder", "held_out is " + to_text(options.held_out), "0 < held_out < 1");
  check(options.format);
  const std::vector<PictureFile> files = find_pictures(folder);
  check_memory(folder, files.size(), options);
  auto [decoded, from_cache] = decode_or_load(folder, files, options);
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

  std::vector<std::string> ordered;
  for (const Index place : order) ordered.push_back(names[static_cast<std::size_t>(place)]);
  reorder(decoded.pixels, order);

  const auto [height, width, channels] = options.format;
  std::vector<std::string> classes, lost;
  if (const auto wanted = subfolders(names_of(files));
      wanted.size() >= 2 && std::ranges::all_of(names, is_in_subfolder)) {
    const auto readable = subfolders(names);
    std::ranges::set_difference(wanted, readable, std::back_inserter(lost));
    if (readable.size() >= 2) classes.assign(readable.begin(), readable.end());
  }
  const Images all{decoded.pixels, labels_of(ordered, classes), height, width, channels, std::ssize(classes)};
  return {all.rows(held_out, all.size()), all.rows(0, held_out), classes, lost, decoded.skipped, from_cache};
}

}  // namespace tandem::data
