#include <zlib.h>

#include <algorithm>
#include <vector>

#include "nn/io/image.h"
#include "tests/fuzz/input.h"

namespace tandem::fuzz {
namespace {

/// A PNG file with the checksums that its chunks should have: else no damage gets past them. Others stay as they are.
std::vector<std::byte> with_right_checksums(Bytes bytes) {
  std::vector<std::byte> png(bytes.begin(), bytes.end());
  constexpr std::size_t signature = 8, length_bytes = 4, name_bytes = 4, sum_bytes = 4;
  if (!as_text(bytes).starts_with("\x89PNG")) return png;
  for (std::size_t at = signature; at + length_bytes + name_bytes + sum_bytes <= png.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | std::to_integer<std::size_t>(png[at + i]);
    at += length_bytes;
    if (length > png.size() - at - name_bytes - sum_bytes) break;
    const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(&png[at]), name_bytes + length);
    at += name_bytes + length;
    for (std::size_t i = 0; i < sum_bytes; ++i) png[at++] = static_cast<std::byte>(sum >> (24 - 8 * i) & 0xff);
  }
  return png;
}

bool read_in_grey_and_in_colour(Bytes bytes) {
  const auto path = as_file(bytes);
  Tensor grey;
  const bool accepted = accepts([&] { grey = io::read_image(path); });
  const bool accepted_in_colour = accepts([&] {
    const Tensor colour = io::read_image(path, 3);
    expect(!accepted || colour.shape() == grey.shape().with(2, 3), "the same picture in grey and in colour");
  });
  expect(accepted == accepted_in_colour, "accepted in grey and in colour alike");
  expect(!accepted || grey.size() <= io::most_pixels, "no more than most_pixels");
  return accepted;
}

}  // namespace

bool read_image(Bytes bytes) {
  const bool accepted = read_in_grey_and_in_colour(bytes);
  if (const auto mended = with_right_checksums(bytes); !std::equal(mended.begin(), mended.end(), bytes.begin()))
    read_in_grey_and_in_colour(mended);
  return accepted;
}

}  // namespace tandem::fuzz
