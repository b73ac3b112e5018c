#include "nn/io/jpeg.h"

#include <algorithm>

namespace tandem::io::detail {
namespace {

constexpr unsigned fill = 0xff, start = 0xd8, end = 0xd9, huffman_tables = 0xc4;

/// Whether no segment follows the marker: a zero after 0xff in the picture's data, a restart, the start.
bool stands_alone(unsigned marker) { return marker == 0 || (marker >= 0xd0 && marker <= start); }

/// The bytes of a file; zeros after its end.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool at_end() const { return position_ >= bytes_.size(); }
  std::size_t position() const { return position_; }
  void skip(std::size_t n) { position_ += n; }
  unsigned next() {
    const unsigned byte = at_end() ? 0 : std::to_integer<unsigned>(bytes_[position_]);
    ++position_;
    return byte;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace

std::optional<std::size_t> overlong_huffman_table(std::span<const std::byte> jpeg) {
  Reader reader(jpeg);
  if (reader.next() != fill) return {};
  unsigned marker = fill;
  while (!reader.at_end()) {
    while (marker == fill) marker = reader.next();
    if (marker == end) return {};
    if (!stands_alone(marker)) {
      const unsigned high = reader.next();
      const std::size_t length = high << 8 | reader.next();
      const std::size_t rest = std::max<std::size_t>(length, 2) - 2;
      std::size_t done = 0;
      while (marker == huffman_tables && done < rest) {
        const std::size_t table = reader.position();
        reader.skip(1);
        std::size_t codes = 0;
        for (int bits = 1; bits <= 16; ++bits) codes += reader.next();
        if (codes > 255) return table;
        reader.skip(codes);
        done += 17 + codes;
      }
      if (done == 0) reader.skip(rest);
    }
    while (!reader.at_end() && reader.next() != fill) continue;  // to the next marker, through the picture's data
    marker = fill;
  }
  return {};
}

}  // namespace tandem::io::detail
