#pragma once

#include <string_view>

namespace tandem::examples {

// The output of a program, even where it cannot go anywhere: a full disk, a terminal that is gone, a closed stream.
// None of these functions throws.

/// Prints a line on standard error, after all that went to standard output so far. If it cannot be written, the exit
/// code still says how the program ended.
void complain(std::string_view line) noexcept;

/// Prints text on standard output, at once. A failure shows at the end; see everything_was_said().
void say(std::string_view text) noexcept;

/// Whether all that was printed on standard output so far could be written.
bool everything_was_said() noexcept;

/// For the start of a program: if standard input, output or error is closed, the next file that is opened takes its
/// place, and what is printed goes into that file. Fills the place with something that can be neither read nor written.
void occupy_closed_streams() noexcept;

}  // namespace tandem::examples
