#include "nn/io/png.h"

#include <zlib.h>

#include <algorithm>
#include <string_view>

namespace tandem::io::detail {
namespace {

// A chunk is the length of its content, its name, its content, and a checksum of name and content.
constexpr std::size_t length_bytes = 4, name_bytes = 4, sum_bytes = 4, head = length_bytes + name_bytes;

std::size_t number_at(std::span<const std::byte> png, std::size_t at) {
  std::size_t number = 0;
  for (const std::byte byte : png.subspan(at, 4)) number = number << 8 | std::to_integer<std::size_t>(byte);
  return number;
}

/// The first chunk for which is_wrong(offset, length of the content) holds, up to the last one or the first that goes
/// beyond the end.
template <class F>
std::optional<PngChunk> find_chunk(std::span<const std::byte> png, F&& is_wrong) {
  const std::string_view text(reinterpret_cast<const char*>(png.data()), png.size());
  constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
  if (!text.starts_with(signature)) return {};
  for (std::size_t at = signature.size(); png.size() - at >= head;) {
    const std::string_view name = text.substr(at + length_bytes, name_bytes);
    const std::size_t length = number_at(png, at), rest = png.size() - at - head;
    if (is_wrong(at, length)) return PngChunk{at, std::string(name)};
    if (name == "IEND" || length > rest) return {};
    at += head + length + std::min(sum_bytes, rest - length);
  }
  return {};
}

std::size_t checksum_of(std::span<const std::byte> bytes) {
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

}  // namespace

std::optional<PngChunk> overlong_chunk(std::span<const std::byte> png) {
  return find_chunk(png, [&](std::size_t at, std::size_t length) { return length > png.size() - at - head; });
}

std::optional<PngChunk> damaged_chunk(std::span<const std::byte> png) {
  return find_chunk(png, [&](std::size_t at, std::size_t length) {
    const std::size_t rest = png.size() - at - head;
    if (sum_bytes > rest || length > rest - sum_bytes) return true;  // it has none
    const auto checked = png.subspan(at + length_bytes, name_bytes + length);
    return checksum_of(checked) != number_at(png, at + head + length);
  });
}

}  // namespace tandem::io::detail
