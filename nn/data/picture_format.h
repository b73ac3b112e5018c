#pragma once

#include <cstdint>

#include "autograd/tensor.h"

namespace tandem::data {

/// The one format that pictures of all sizes are converted to.
struct PictureFormat {
  Index height = 32, width = 32;
  Index channels = 3;  ///< 1 for grey, 3 for red, green and blue

  friend bool operator==(const PictureFormat&, const PictureFormat&) = default;
};

/// @throws ValueError unless the extents are in [1, 4096], and the channels are 1 or 3
void check(const PictureFormat& format);

/// A picture in that format: where it is transparent, white paper shows; the largest central part with the wanted ratio
/// of height to width is kept, and scaled. When shrinking, each new pixel is the mean of the area that it covers; when
/// enlarging, it is interpolated linearly.
///
/// @param picture     uint8 [h, w, 4]: red, green, blue and opacity, as io::read_image(path, 4) gives it
/// @return            uint8 [height, width, channels]
/// @throws ShapeError if the picture has another shape, or no pixel
/// @throws ValueError as check() does
Tensor bring_into(const PictureFormat& format, const Tensor& picture);
/// The same, written to `to`, which has room for its height * width * channels bytes.
void bring_into(const PictureFormat& format, const Tensor& picture, std::uint8_t* to);

/// A picture in grey, on white paper where it is transparent.  uint8 [h, w, 4] -> uint8 [h, w]
Tensor on_paper(const Tensor& picture);

/// Rows of pixels as pictures: [n, d] -> [n, height, width], or [n, height, width, 3]; memory is shared.
Tensor as_pictures(const Tensor& rows, const PictureFormat& format);

}  // namespace tandem::data
