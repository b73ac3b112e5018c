#pragma once

#include <string_view>

namespace tandem::examples {

// What a program says, where perhaps nobody can hear it: on a full disk, on a terminal that is gone, on streams that
// were closed. None of these functions throws.

/// A line on standard error, after all that standard output has so far. If it cannot be written, the exit code still
/// says how the program ended.
void complain(std::string_view line) noexcept;

/// Text on standard output, at once. That it could not be written shows at the end; see everything_was_said().
void say(std::string_view text) noexcept;

/// Whether all that was printed on standard output so far could be written.
bool everything_was_said() noexcept;

/// For the start of a program: where standard input, output or error is closed, the next file that is opened would take
/// its place, and what is printed would go into that file. Something takes the place that can be neither read nor
/// written.
void occupy_closed_streams() noexcept;

}  // namespace tandem::examples
