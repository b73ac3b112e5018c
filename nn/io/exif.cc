#include "nn/io/exif.h"

#include <algorithm>
#include <string_view>

namespace tandem::io::detail {
namespace {

constexpr std::string_view exif_start("Exif\0\0", 6);

/// The content of the first segment with Exif data; empty if there is none before the picture's data.
std::span<const std::byte> exif_in(std::span<const std::byte> jpeg) {
  constexpr unsigned fill = 0xff, start = 0xd8, application_1 = 0xe1, start_of_scan = 0xda, end = 0xd9;
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(jpeg[at]); };
  if (jpeg.size() < 2 || byte(0) != fill || byte(1) != start) return {};
  std::size_t at = 2;
  while (jpeg.size() - at >= 4 && byte(at) == fill) {
    const unsigned marker = byte(at + 1);
    if (marker == fill) {  // several fill bytes may precede a marker
      ++at;
      continue;
    }
    if (marker == start_of_scan || marker == end) break;
    const std::size_t length = byte(at + 2) << 8 | byte(at + 3);  // its own two bytes included
    const std::size_t rest = jpeg.size() - at - 2;
    if (length < 2 || length > rest) break;
    const auto content = jpeg.subspan(at + 4, length - 2);
    const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
    if (marker == application_1 && text.starts_with(exif_start)) return content.subspan(exif_start.size());
    at += 2 + length;
  }
  return {};
}

/// The numbers of a TIFF file; 0 beyond its end.
class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes) : bytes_(bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    highest_first_ = text.starts_with("MM");
    valid_ = (highest_first_ || text.starts_with("II")) && number(2, 2) == 42;
  }

  bool valid() const { return valid_; }

  std::uint32_t number(std::size_t at, std::size_t bytes) const {
    if (at > bytes_.size() || bytes > bytes_.size() - at) return 0;
    std::uint32_t result = 0;
    for (std::size_t i = 0; i < bytes; ++i)
      result = result << 8 | std::to_integer<std::uint32_t>(bytes_[at + (highest_first_ ? i : bytes - 1 - i)]);
    return result;
  }

 private:
  std::span<const std::byte> bytes_;
  bool highest_first_ = false, valid_ = false;
};

}  // namespace

int orientation_of(std::span<const std::byte> jpeg) {
  const Tiff tiff(exif_in(jpeg));
  if (!tiff.valid()) return 1;
  constexpr std::uint32_t orientation = 0x0112, short_number = 3;
  constexpr std::size_t bytes_of_entry = 12;  // tag, type, count, value
  const std::size_t directory = tiff.number(4, 4);
  const std::uint32_t entries = directory >= 8 ? tiff.number(directory, 2) : 0;  // it follows the 8-byte header
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * bytes_of_entry;
    if (tiff.number(entry, 2) != orientation) continue;
    const std::uint32_t value = tiff.number(entry + 8, 2);
    const bool makes_sense = tiff.number(entry + 2, 2) == short_number && tiff.number(entry + 4, 4) == 1;
    return makes_sense && value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

void turn_upright(int orientation, const std::uint8_t* from, Index height, Index width, Index channels,
                  std::uint8_t* to) {
  const int o = orientation;
  if (o == 1) {
    std::copy_n(from, height * width * channels, to);
    return;
  }
  const bool from_below = o == 3 || o == 4 || o == 6 || o == 7, from_right = o == 2 || o == 3 || o == 7 || o == 8;
  const bool on_side = lies_on_its_side(o);
  const Index across = from_right ? -channels : channels, down = (from_below ? -width : width) * channels;
  const Index step_x = on_side ? down : across, step_y = on_side ? across : down;  // in `from`, of the new one's
  const std::uint8_t* const corner =
      from + ((from_below ? height - 1 : 0) * width + (from_right ? width - 1 : 0)) * channels;
  const Index new_height = on_side ? width : height, new_width = on_side ? height : width;
  for (Index y = 0; y < new_height; ++y)
    for (Index x = 0; x < new_width; ++x) to = std::copy_n(corner + y * step_y + x * step_x, channels, to);
}

}  // namespace tandem::io::detail
