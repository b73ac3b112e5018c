#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "autograd/shape.h"

namespace tandem::io::detail {

/// The orientation of a JPEG file's picture, from the Exif data that cameras put there: 1 to 8, where 1 is upright as
/// stored. It is also 1 for other files, and where there are no such data or they make no sense.
/// Source: CIPA DC-008 (Exif 2.32), tag 0x0112; the form of the data is TIFF's.
int orientation_of(std::span<const std::byte> jpeg);

/// Copies a picture so that it stands upright.
/// @param from  [height, width, channels]
/// @param to    [height, width, channels], or [width, height, channels] for orientations from 5 on
void turn_upright(int orientation, const std::uint8_t* from, Index height, Index width, Index channels,
                  std::uint8_t* to);

/// Whether height and width are exchanged.
constexpr bool lies_on_its_side(int orientation) { return orientation >= 5; }

}  // namespace tandem::io::detail
