#pragma once

#include <string>
#include <string_view>

namespace tandem::examples::spam {

// Letters of ASCII, whatever the locale. Other bytes stay as they are: single bytes of UTF-8 are no letters.

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

inline bool is_letter_or_digit(char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace tandem::examples::spam
