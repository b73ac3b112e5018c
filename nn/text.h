#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace tandem {

/// Puts a comma between groups of three digits; a minus sign may stand in front.
std::string group_digits(std::string digits);
/// A whole number as messages show it: "47,040,016".
std::string grouped(std::integral auto number) { return group_digits(std::to_string(number)); }

/// Untrusted text, made safe for a terminal: control characters become "?", also those of Latin-1 (U+0080 to U+009F;
/// U+009B begins a command, as escape and bracket do).
std::string printable(std::string_view text);

/// Text from a file as messages show it: in quotes, printable, and shortened to 80 bytes, or to fewer where that would
/// split a UTF-8 character.
std::string in_quotes(std::string_view text);

}  // namespace tandem
