#include "nn/data/idx.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

#include "nn/io/gzip.h"
#include "nn/text.h"

namespace tandem::data {
namespace fs = std::filesystem;
using io::FileError;

namespace {

constexpr std::uint64_t unsigned_bytes = 0x08;  // the type in the header

/// What to do about a damaged or missing file in this folder.
std::string hint_for(const fs::path& folder) {
  std::error_code ignored;
  const std::string name = fs::absolute(folder / "file", ignored).parent_path().filename().string();
  if (name == "mnist" || name == "fashion") return "run scripts/fetch-data " + name;
  return "fetch or copy the files again";
}

/// What the header promises: "60,000 images of 28 x 28 = 47,040,016 bytes".
std::string promise(const Shape& shape, std::uint64_t bytes) {
  std::string text = grouped(shape[0]);
  text += shape.rank() == 1 ? " labels" : shape.rank() == 2 ? " rows of " : " images of ";
  for (int i = 1; i < shape.rank(); ++i) text += (i > 1 ? " x " : "") + grouped(shape[i]);
  return text + " = " + grouped(bytes) + " bytes";
}

struct Header {
  Shape shape;
  std::uint64_t file_bytes;  ///< those of the header included
};

/// Reads and checks the header, from a plain file or a compressed one.
template <class File>
Header read_header(File& file, const fs::path& path) {
  const std::string incomplete = "the file is incomplete: " + hint_for(path.parent_path());
  std::array<std::byte, 4> magic;
  if (const std::size_t n = file.read_some(magic); n < magic.size())
    throw FileError(path, grouped(n) + " bytes are too few for an IDX file", incomplete);
  const auto [zero0, zero1, type, rank_byte] = magic;
  if (zero0 != std::byte{0} || zero1 != std::byte{0})
    throw FileError(path, "not an IDX file, which begins with two zero bytes", hint_for(path.parent_path()), 0);
  if (std::to_integer<std::uint64_t>(type) != unsigned_bytes)
    throw FileError(path,
                    "the elements are of type " + std::to_string(std::to_integer<int>(type)) +
                        ", but only unsigned bytes (type 8) are read",
                    {}, 2);
  const auto rank = std::to_integer<std::size_t>(rank_byte);
  if (rank < 1 || rank > 4)
    throw FileError(path, "the rank is " + std::to_string(rank) + ", but 1 to 4 are read", {}, 3);

  std::array<std::byte, 16> extents;
  if (file.read_some(std::span(extents).first(4 * rank)) < 4 * rank)
    throw FileError(path, "the file ends inside its header of " + std::to_string(4 + 4 * rank) + " bytes", incomplete);
  std::uint64_t bytes = 1;
  Shape shape;
  for (std::size_t i = 0; i < rank; ++i) {
    std::uint64_t extent = 0;
    for (std::size_t j = 0; j < 4; ++j) extent = extent << 8 | std::to_integer<std::uint64_t>(extents[4 * i + j]);
    shape.push_back(static_cast<Index>(extent));
    if (!shape.is_addressable())
      throw FileError(path, "the header promises more bytes than can be addressed", "the file is damaged", 4 + 4 * i);
    bytes *= extent;
  }
  return {shape, bytes + 4 + 4 * rank};
}

[[noreturn]] void throw_wrong_size(const fs::path& path, const Header& header, const std::string& found,
                                   bool too_short) {
  throw FileError(path, found + ", but its header promises " + promise(header.shape, header.file_bytes),
                  (too_short ? "the download broke off; " : "the file is damaged; ") + hint_for(path.parent_path()));
}

Tensor read_plain(io::InputFile& file, const fs::path& path) {
  const Header header = read_header(file, path);
  if (file.size() != header.file_bytes)
    throw_wrong_size(path, header, grouped(file.size()) + " bytes", file.size() < header.file_bytes);
  Tensor x(header.shape, DType::uint8);
  file.read({x.mutable_raw_data(), static_cast<std::size_t>(x.size())}, "the data");
  return x;
}

Tensor read_compressed(io::InputFile& file, const fs::path& path) {
  io::GzipFile gzip(file);
  const Header header = read_header(gzip, path);
  if (header.file_bytes > gzip.largest_size())
    throw_wrong_size(path, header, grouped(file.size()) + " bytes in gzip format", true);
  Tensor x(header.shape, DType::uint8);
  const auto size = static_cast<std::size_t>(x.size());
  const std::size_t n = gzip.read_some({x.mutable_raw_data(), size});
  if (n < size) throw_wrong_size(path, header, grouped(header.file_bytes - size + n) + " bytes in gzip format", true);
  if (std::byte next; gzip.read_some({&next, 1}) > 0)
    throw_wrong_size(path, header, "more bytes in gzip format", false);
  return x;
}

/// The file called `stem`, by any of the names it goes under.
std::optional<fs::path> find(const fs::path& folder, const std::string& stem) {
  std::string dotted = stem;
  dotted[dotted.find("-idx")] = '.';
  for (const std::string& name : {stem, dotted, stem + ".gz", dotted + ".gz"}) {
    std::error_code ignored;
    if (fs::exists(folder / name, ignored)) return folder / name;
  }
  return {};
}

fs::path find_or_throw(const fs::path& folder, const std::string& stem) {
  if (const auto path = find(folder, stem)) return *path;
  std::string hint = hint_for(folder);
  if (hint.starts_with("run scripts/")) hint += " --data-dir " + folder.parent_path().string();
  throw FileError(folder / stem, "no such file, nor one with .gz", hint + ", or use synthetic digits");
}

}  // namespace

Tensor read_idx(const fs::path& path) {
  io::InputFile file(path);
  std::array<std::byte, 2> start{};
  file.read_some(start);
  file.rewind();
  return io::GzipFile::recognises(start) ? read_compressed(file, path) : read_plain(file, path);
}

void write_idx(const fs::path& path, const Tensor& x) {
  if (x.dtype() != DType::uint8 || x.rank() < 1 || x.rank() > 4)
    throw_value_error("write_idx", "x is " + std::string(name_of(x.dtype())) + " of shape " + to_string(x.shape()),
                      "IDX files hold uint8 of rank 1 to 4");
  std::string header{'\0', '\0', static_cast<char>(unsigned_bytes), static_cast<char>(x.rank())};
  for (const Index extent : x.shape()) {
    if (extent > std::numeric_limits<std::uint32_t>::max())
      throw_value_error("write_idx", "x is of shape " + to_string(x.shape()), "extents in IDX files have 32 bits");
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(extent >> shift & 0xff);
  }
  io::write_atomically(path, [&](io::OutputFile& file) {
    file.write(header);
    file.write(x.bytes());
  });
}

Images read_mnist(const fs::path& folder, bool train) {
  const std::string set = train ? "train" : "t10k";
  const fs::path image_path = find_or_throw(folder, set + "-images-idx3-ubyte");
  const fs::path label_path = find_or_throw(folder, set + "-labels-idx1-ubyte");

  const Tensor pixels = read_idx(image_path);
  if (pixels.rank() < 3 || pixels.size() == 0)
    throw FileError(image_path, "holds an array of shape " + to_string(pixels.shape()),
                    "images are [n, height, width] or [n, height, width, channels], and at least one");
  const Tensor labels = read_idx(label_path);
  if (labels.rank() != 1)
    throw FileError(label_path, "holds an array of shape " + to_string(labels.shape()), "labels are [n]");
  if (labels.dim(0) != pixels.dim(0))
    throw FileError(
        label_path,
        grouped(labels.dim(0)) + " labels for the " + grouped(pixels.dim(0)) + " images of " + image_path.string(),
        hint_for(folder));

  Images images;
  images.height = pixels.dim(1);
  images.width = pixels.dim(2);
  images.channels = pixels.rank() == 4 ? pixels.dim(3) : 1;
  images.pixels = pixels.reshape({pixels.dim(0), -1});
  images.labels = labels.to(DType::int64);
  images.classes = 1 + *std::max_element(labels.data<std::uint8_t>(), labels.data<std::uint8_t>() + labels.size());
  return images;
}

bool has_mnist(const fs::path& folder) { return find(folder, "train-images-idx3-ubyte").has_value(); }

}  // namespace tandem::data
