#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::nn {

/// A number as messages show it: "47,040,016".
std::string grouped(std::uint64_t number);

/// Text from a file as messages show it: in quotes, shortened to 80 bytes, control characters as "?".
std::string in_quotes(std::string_view text);

}  // namespace tandem::nn
