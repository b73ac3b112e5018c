#pragma once

#include <string_view>

namespace tandem::examples::spam {

/// The code point that a name means in HTML, as "eacute" means U+00E9; 0 if it is unknown. All names of Latin-1 are
/// known, and the others of HTML 4 that occur in mail.
unsigned long entity(std::string_view name);

/// The code point that a number means in "&#150;": browsers take those from 128 to 159, which are control characters,
/// as bytes of windows-1252.
unsigned long numbered_character(unsigned long number);

}  // namespace tandem::examples::spam
