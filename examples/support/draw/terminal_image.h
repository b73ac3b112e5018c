#pragma once

#include <string>

#include "autograd/tensor.h"

namespace tandem::examples {

// Images as text, for a terminal.  image: [h, w] or [h, w, 3], uint8 or floating in [0, 1].

/// Two pixels a letter, one above the other, in 24-bit colour.
std::string half_blocks(const Tensor& image);

/// Two letters a pixel, from a space for black to '@' for white, by brightness: for files and terminals without colour.
std::string ascii_shades(const Tensor& image);

/// half_blocks() if standard output is a terminal, else ascii_shades().
std::string terminal_image(const Tensor& image);

}  // namespace tandem::examples
