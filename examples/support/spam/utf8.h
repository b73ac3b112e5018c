#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::examples::spam {

/// Some editors put it at the start of a text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Adds a code point to a text; one that is not valid becomes U+FFFD.
inline void append_utf8(std::string& text, unsigned long code) {
  const auto add = [&](unsigned long byte) { text += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xE0 | code >> 12);
    } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
    }
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

/// Of which a reader sees nothing: soft hyphens, spaces and joiners of no width, byte-order marks.
inline constexpr unsigned long invisible_characters[] = {0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF};

inline bool is_invisible(unsigned long code) {
  return std::ranges::find(invisible_characters, code) != std::end(invisible_characters);
}

/// A text in UTF-8 less its invisible characters, which spam puts into words to hide them.
inline std::string without_invisible(std::string_view text) {
  static const std::vector<std::string> invisible = [] {
    std::vector<std::string> encoded;
    for (const unsigned long code : invisible_characters) append_utf8(encoded.emplace_back(), code);
    return encoded;
  }();
  std::string visible;
  visible.reserve(text.size());
  while (!text.empty()) {
    const auto found =
        std::ranges::find_if(invisible, [&](const std::string& bytes) { return text.starts_with(bytes); });
    if (found == invisible.end()) {
      visible += text.front();
      text.remove_prefix(1);
    } else {
      text.remove_prefix(found->size());
    }
  }
  return visible;
}

/// Every byte as the character of that number: always possible, and right for western mail that declares no charset.
inline std::string from_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) append_utf8(text, c ? static_cast<unsigned char>(c) : ' ');
  return text;
}

/// The first `limit` bytes, less those of a character that would be cut in two.
inline std::string first_bytes(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  for (int i = 0; i < 3 && limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80; ++i) --limit;
  text.resize(limit);
  return text;
}

}  // namespace tandem::examples::spam
