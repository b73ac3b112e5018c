#include "nn/text.h"

#include <algorithm>

namespace tandem {

std::string group_digits(std::string digits) {
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  for (std::size_t i = digits.size(); i > 3 + sign; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    const bool is_pair = byte(i) == 0xC2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xA0;
    safe += is_pair || byte(i) < ' ' || byte(i) == 0x7F ? '?' : text[i];
    if (is_pair) ++i;
  }
  return safe;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::size_t end = std::min(text.size(), longest);
  if (end < text.size()) {  // not within a character, which UTF-8 continues with up to three bytes 10xxxxxx
    std::size_t start = end;
    while (start + 3 > end && (text[start] & 0xC0) == 0x80) --start;
    if ((text[start] & 0xC0) != 0x80) end = start;
  }
  return '"' + printable(text.substr(0, end)) + (end < text.size() ? "...\"" : "\"");
}

}  // namespace tandem
