#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "autograd/tensor.h"
#include "examples/support/draw/point.h"

namespace tandem::examples {

struct Colour {
  std::uint8_t red, green, blue;
  friend bool operator==(const Colour&, const Colour&) = default;
};
inline constexpr Colour white{255, 255, 255}, black{0, 0, 0};
inline constexpr Colour ink{40, 40, 40}, muted{110, 110, 110};  // of text, and of text that matters less

/// Between two colours: a at t = 0, b at t = 1; t is clamped.
Colour mix(Colour a, Colour b, double t);

/// A canvas of RGB pixels. Whatever lies outside it is cut off; a coordinate that is not finite draws nothing.
class Picture {
 public:
  /// @throws ValueError unless both extents are at least 1
  Picture(Index width, Index height, Colour background = white);
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  Index width() const { return width_; }
  Index height() const { return height_; }
  /// uint8 [height, width, 3], as io::write_png takes it; shared with the canvas.
  Tensor pixels() const { return pixels_; }
  Colour at(Index x, Index y) const;

  void rectangle(Index x, Index y, Index width, Index height, Colour colour);
  /// A line with round ends and smooth edges.
  void line(Point from, Point to, Colour colour, double thickness = 1);
  void disc(Point centre, double radius, Colour colour) { line(centre, centre, colour, 2 * radius); }

  /// One line of text. (x, y) is where the top of the capital letters meets the aligned side.
  /// Letters that are not ASCII become question marks.
  void text(Index x, Index y, std::string_view text, Colour colour = black, Align align = Align::left, Index scale = 2);
  static Index text_width(std::string_view text, Index scale = 2);
  /// Height of a capital letter or a digit.
  static Index text_height(Index scale = 2) { return 7 * scale; }

  /// An image, each of its pixels a square of `factor` by `factor`.
  /// @param image  [h, w], [h, w, 1] (grey) or [h, w, 3]; uint8, or floating in [0, 1]
  void paste(Index x, Index y, const Tensor& image, Index factor = 1);

 private:
  void blend(Index x, Index y, Colour colour, double coverage);

  Index width_, height_;
  Tensor pixels_;
  std::uint8_t* bytes_;
};

}  // namespace tandem::examples
