#pragma once

#include <string>

namespace tandem::examples {

/// Text of a stranger, safe for a terminal: control characters become "?", those of Latin-1 (U+0080 to U+009F, of which
/// U+009B begins a command as escape and bracket do) as well.
inline std::string printable(const std::string& text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    const bool is_pair = byte(i) == 0xC2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xA0;
    safe += is_pair || byte(i) < ' ' || byte(i) == 0x7F ? '?' : text[i];
    if (is_pair) ++i;
  }
  return safe;
}

}  // namespace tandem::examples
