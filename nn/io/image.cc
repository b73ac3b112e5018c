#include "nn/io/image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nn/io/exif.h"
#include "nn/io/jpeg.h"
#include "nn/io/png.h"
#include "nn/io/stb.h"
#include "nn/text.h"

namespace tandem::io {
namespace fs = std::filesystem;
namespace {

/// Hands the bytes of a file to stb_image, and notices if it wants more than there are: it would otherwise read zeros
/// in their place.
struct Bytes {
  std::span<const std::byte> rest;
  bool ran_out = false;

  static int read(void* self, char* to, int size) {
    auto& [rest, ran_out] = *static_cast<Bytes*>(self);
    const std::size_t n = std::min(rest.size(), static_cast<std::size_t>(size));
    ran_out |= n == 0 && size > 0;
    std::copy_n(rest.begin(), n, reinterpret_cast<std::byte*>(to));
    rest = rest.subspan(n);
    return static_cast<int>(n);
  }
  static void skip(void* self, int size) {
    auto& [rest, ran_out] = *static_cast<Bytes*>(self);
    const auto n = static_cast<std::size_t>(std::max(size, 0));
    ran_out |= n > rest.size();
    rest = rest.subspan(std::min(n, rest.size()));
  }
  static int at_end(void* self) { return static_cast<Bytes*>(self)->rest.empty(); }
};

constexpr stbi_io_callbacks callbacks{Bytes::read, Bytes::skip, Bytes::at_end};

[[noreturn]] void throw_no_picture(const fs::path& path) {
  const char* reason = stbi_failure_reason();
  throw FileError(path, "not a picture that can be read" + (reason ? " (" + std::string(reason) + ")" : ""),
                  "PNG, JPEG, BMP, GIF and TGA are read");
}

/// [n, d] as [n, side, side].
Tensor as_square_images(const Tensor& images) {
  if (images.rank() != 2) return images;
  const Index n = images.dim(0), d = images.dim(1);
  const auto side = static_cast<Index>(std::llround(std::sqrt(static_cast<double>(d))));
  require(side * side == d, "grid", "d is a square number for images [n, d]", {{"images", images}},
          "reshape them to [n, height, width]");
  return images.reshape({n, side, side});
}

}  // namespace

Tensor read_image(const fs::path& path, int channels) {
  if (channels != 1 && channels != 3 && channels != 4)
    throw_value_error("read_image", std::to_string(channels) + " channels",
                      "1 for grey, 3 for colour, 4 for colour and opacity");
  constexpr std::size_t largest_file = std::size_t{1} << 28;
  const std::vector<std::byte> content = read_file(path, largest_file);

  if (const auto offset = detail::overlong_huffman_table(content))
    throw FileError(path, "a Huffman table has more than 255 codes", "the JPEG file is damaged", offset);

  int width = 0, height = 0, in_file = 0;
  Bytes start{content};
  if (!stbi_info_from_callbacks(&callbacks, &start, &width, &height, &in_file)) throw_no_picture(path);
  if (const auto chunk = detail::overlong_chunk(content))
    throw FileError(path, "the chunk " + in_quotes(chunk->name) + " is longer than the rest of the file",
                    "the file is incomplete or damaged", chunk->offset);
  const Index pixels = Index{width} * height;
  constexpr Index most_per_byte = 10'000;  // at one bit a pixel, deflate and LZW shrink no further
  const auto size = static_cast<Index>(content.size());
  if (pixels > most_pixels || pixels > size * most_per_byte)
    throw FileError(path, "promises a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels",
                    pixels > most_pixels ? "at most " + grouped(most_pixels) + " pixels are read"
                                         : "no file of " + grouped(content.size()) + " bytes can hold that many");

  if (const auto chunk = detail::damaged_chunk(content))
    throw FileError(path, "the chunk " + in_quotes(chunk->name) + " does not have the right checksum",
                    "the file is incomplete or damaged", chunk->offset);

  Bytes bytes{content};
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> decoded(
      stbi_load_from_callbacks(&callbacks, &bytes, &width, &height, &in_file, channels), &stbi_image_free);
  if (bytes.ran_out)
    throw FileError(path,
                    "the picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels breaks off",
                    "the file is incomplete", content.size());
  if (!decoded) throw_no_picture(path);
  const int orientation = detail::orientation_of(content);
  const auto [rows, columns] =
      detail::lies_on_its_side(orientation) ? std::pair(width, height) : std::pair(height, width);
  Tensor picture(channels == 1 ? Shape{rows, columns} : Shape{rows, columns, channels}, DType::uint8);
  detail::turn_upright(orientation, decoded.get(), height, width, channels, picture.mutable_data<std::uint8_t>());
  return picture;
}

Tensor to_bytes(const Tensor& picture) {
  if (picture.dtype() == DType::uint8) return picture;
  Tensor bytes(picture.shape(), DType::uint8);
  const std::vector<double> values = picture.to_vector<double>();
  std::transform(values.begin(), values.end(), bytes.mutable_data<std::uint8_t>(), [](double v) {
    return static_cast<std::uint8_t>(v > 0 ? std::lround(255 * std::min(v, 1.0)) : 0);  // NaN > 0 is false
  });
  return bytes;
}

void write_png(const fs::path& path, const Tensor& picture) {
  const int rank = picture.rank();
  const Index channels = rank == 3 ? picture.dim(2) : 1;
  require((rank == 2 || rank == 3) && (channels == 1 || channels == 3) && picture.size() > 0, "write_png",
          "picture is [height, width], [height, width, 1] or [height, width, 3]", {{"picture", picture}});
  require(picture.dim(0) * picture.dim(1) <= most_pixels, "write_png", "height * width <= 2^26",
          {{"picture", picture}});

  const Tensor pixels = to_bytes(picture);
  std::vector<std::byte> png;
  const auto append = [](void* to, void* data, int size) {
    auto& content = *static_cast<std::vector<std::byte>*>(to);
    const auto* bytes = static_cast<const std::byte*>(data);
    content.insert(content.end(), bytes, bytes + size);
  };
  const auto height = static_cast<int>(picture.dim(0)), width = static_cast<int>(picture.dim(1));
  const auto n = static_cast<int>(channels);
  if (!stbi_write_png_to_func(append, &png, width, height, n, pixels.data<std::uint8_t>(), width * n))
    throw std::bad_alloc();
  write_atomically(path, png);
}

Tensor grid(const Tensor& images, Index columns, Index padding, double background) {
  if (columns < 0 || padding < 0)
    throw_value_error("grid", std::to_string(columns) + " columns, padding " + std::to_string(padding),
                      "neither is negative");
  const Tensor pictures = as_square_images(images);
  require((pictures.rank() == 3 || pictures.rank() == 4) && pictures.size() > 0, "grid",
          "images are [n, d], [n, height, width] or [n, height, width, channels]", {{"images", images}});

  const Index n = pictures.dim(0), height = pictures.dim(1), width = pictures.dim(2);
  const bool has_channels = pictures.rank() == 4;
  const Index channels = has_channels ? pictures.dim(3) : 1;
  if (columns == 0) columns = static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(n))));
  columns = std::min(columns, n);
  const Index rows = ceil_div(n, columns);
  const Index full_height = padding + rows * (height + padding);
  const Index full_width = padding + columns * (width + padding);
  Tensor full(has_channels ? Shape{full_height, full_width, channels} : Shape{full_height, full_width},
              pictures.dtype());
  full.fill_(background);

  const std::size_t pixel = static_cast<std::size_t>(channels) * tandem::size_of(pictures.dtype());
  const std::size_t line = static_cast<std::size_t>(width) * pixel;
  const std::byte* from = pictures.raw_data();
  std::byte* to = full.mutable_raw_data();
  for (Index i = 0; i < n; ++i) {
    const Index top = padding + i / columns * (height + padding);
    const Index left = padding + i % columns * (width + padding);
    for (Index y = 0; y < height; ++y, from += line)
      std::memcpy(to + static_cast<std::size_t>((top + y) * full_width + left) * pixel, from, line);
  }
  return full;
}

}  // namespace tandem::io
