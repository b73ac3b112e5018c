#pragma once

#include <cstdint>

#include "nn/data/dataset.h"

namespace tandem::data {

/// Digits that look handwritten, drawn by this library: 28 x 28 grey images in the manner of MNIST, for tests and for
/// machines without the real data.
///
/// A digit is the strokes of a pen in one of a few styles, warped smoothly, then stretched, sheared and rotated, and
/// drawn with a pen of random width. As in MNIST the digit fits a box of 20 x 20 pixels, with its centre of mass at the
/// centre of the image.
///
/// Images 10 k to 10 k + 9 hold each digit once, in random order. Image i depends only on the seed and i, so a smaller
/// n gives the beginning of a larger one. (Another compiler or processor may change a pixel by one level of grey.)
/// @throws ValueError if n < 0
Images synthetic_digits(Index n, std::uint64_t seed = 1);

}  // namespace tandem::data
