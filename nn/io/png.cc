#include "nn/io/png.h"

#include <algorithm>
#include <string_view>

namespace tandem::io::detail {

std::optional<std::size_t> overlong_chunk(std::span<const std::byte> png) {
  const std::string_view text(reinterpret_cast<const char*>(png.data()), png.size());
  constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
  if (!text.starts_with(signature)) return {};
  constexpr std::size_t head = 8, checksum = 4;  // a chunk is its length, its type, its bytes and a checksum
  for (std::size_t at = signature.size(); png.size() - at >= head;) {
    std::size_t length = 0;
    for (const std::byte byte : png.subspan(at, 4)) length = length << 8 | std::to_integer<std::size_t>(byte);
    const std::size_t rest = png.size() - at - head;
    if (length > rest) return at;
    if (text.substr(at + 4, 4) == "IEND") return {};
    at += head + length + std::min(checksum, rest - length);
  }
  return {};
}

}  // namespace tandem::io::detail
