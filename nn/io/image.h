#pragma once

#include <filesystem>

#include "autograd/tensor.h"
#include "nn/io/file.h"

namespace tandem::io {

/// The largest picture that is read or written: 8192 x 8192.
inline constexpr Index most_pixels = Index{1} << 26;

/// The brightness of a colour, as stb_image computes it, in the unit of the channels.
template <class T>
constexpr T brightness(T red, T green, T blue) {
  return (77 * red + 150 * green + 29 * blue) / 256;
}

/// Reads a PNG, JPEG, BMP, GIF (its first frame) or TGA picture.
///
/// Colours become their brightness() where grey is asked for; 16 bits a channel become 8. A JPEG picture is turned
/// upright according to its Exif data.
/// @param channels     1 for grey, 3 for red, green and blue: transparency is dropped; 4 for these and opacity
/// @return             uint8 [height, width], or [height, width, channels]
/// @throws FileError   if the file is not such a picture, is truncated, is a PNG with a wrong checksum, or promises
///                     more pixels than most_pixels or than a file of its length can hold; memory for them is allocated
///                     only after that check
/// @throws ValueError  if channels is not 1, 3 or 4
Tensor read_image(const std::filesystem::path& path, int channels = 1);

/// The bytes of a picture: floating-point values run from 0, black, to 1; those outside are clamped, NaN is black.
/// @param picture     uint8, which is returned as it is, or floating; of any shape
/// @return            uint8, of the same shape
Tensor to_bytes(const Tensor& picture);

/// Writes a PNG picture, atomically.
/// @param picture     uint8 or floating, see to_bytes(); [height, width] or [height, width, 1 or 3]
/// @throws ShapeError if the shape is another, has a 0, or has more than most_pixels pixels
/// @throws WriteError if the file cannot be written
void write_png(const std::filesystem::path& path, const Tensor& picture);

/// Arranges pictures row by row in one, with `padding` pixels of colour `background` between and around them.
///
/// @param images      [n, height, width], [n, height, width, channels], or [n, d] where d is a square number;
///                    uint8 or floating, as is the result
/// @param columns     images in a row; 0 makes the grid as square as possible
/// @param background  in the units of the images
/// @return            [height, width], or [height, width, channels] for images that have channels
/// @throws ShapeError if the shape is another or there is no image, ValueError if a number is negative
Tensor grid(const Tensor& images, Index columns = 0, Index padding = 2, double background = 0);

}  // namespace tandem::io
