#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace tandem {

/// Digits, of which each three stand together.
std::string group_digits(std::string digits);
/// A whole number as messages show it: "47,040,016".
std::string grouped(std::integral auto number) { return group_digits(std::to_string(number)); }

/// Text of a stranger, safe for a terminal: control characters become "?", those of Latin-1 (U+0080 to U+009F, of which
/// U+009B begins a command as escape and bracket do) as well.
std::string printable(std::string_view text);

/// Text from a file as messages show it: in quotes, printable, and shortened to 80 bytes, or to fewer where that would
/// cut a letter of UTF-8 in two.
std::string in_quotes(std::string_view text);

}  // namespace tandem
