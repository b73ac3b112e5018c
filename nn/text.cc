#include "nn/text.h"

namespace tandem::nn {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string shown = "\"";
  for (const char c : text.substr(0, longest)) shown += (c >= 0 && c < 0x20) || c == 0x7f ? '?' : c;
  return shown.append(text.size() > longest ? "...\"" : "\"");
}

}  // namespace tandem::nn
