#include "examples/support/draw/picture.h"

#include <stb_easy_font.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nn/io/image.h"

namespace tandem::examples {
namespace {

/// What the font can draw: one line of ASCII.
std::string drawable(std::string_view text) {
  std::string line(text);
  // One question mark for a letter: the later bytes of its UTF-8 code are left out.
  std::erase_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; });
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  return line;
}

/// The pixels between two coordinates, cut to [0, extent).
struct Span {
  Index begin, end;
  Span(double from, double to, Index extent)
      : begin(static_cast<Index>(std::clamp(std::floor(from), 0.0, static_cast<double>(extent)))),
        end(static_cast<Index>(std::clamp(std::ceil(to), 0.0, static_cast<double>(extent)))) {}
};

double distance_to_segment(double x, double y, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double along = length > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(x - a.x - along * dx, y - a.y - along * dy);
}

std::uint8_t mix(std::uint8_t a, std::uint8_t b, double t) {
  return static_cast<std::uint8_t>(std::lround(a + t * (b - a)));
}

}  // namespace

Colour mix(Colour a, Colour b, double t) {
  t = t > 0 ? std::min(t, 1.0) : 0;
  return {mix(a.red, b.red, t), mix(a.green, b.green, t), mix(a.blue, b.blue, t)};
}

Picture::Picture(Index width, Index height, Colour background) : width_(width), height_(height) {
  if (width < 1 || height < 1)
    throw_value_error("Picture", std::to_string(width) + " x " + std::to_string(height), "both are at least 1");
  pixels_ = Tensor({height, width, 3}, DType::uint8);
  bytes_ = pixels_.mutable_data<std::uint8_t>();
  rectangle(0, 0, width, height, background);
}

Colour Picture::at(Index x, Index y) const {
  if (x < 0 || y < 0 || x >= width_ || y >= height_)
    throw_value_error("Picture", "pixel (" + std::to_string(x) + ", " + std::to_string(y) + ") is outside of " +
                                     std::to_string(width_) + " x " + std::to_string(height_));
  const std::uint8_t* pixel = bytes_ + (y * width_ + x) * 3;
  return {pixel[0], pixel[1], pixel[2]};
}

void Picture::blend(Index x, Index y, Colour colour, double coverage) {
  std::uint8_t* pixel = bytes_ + (y * width_ + x) * 3;
  const Colour mixed = examples::mix({pixel[0], pixel[1], pixel[2]}, colour, coverage);
  pixel[0] = mixed.red, pixel[1] = mixed.green, pixel[2] = mixed.blue;
}

void Picture::rectangle(Index x, Index y, Index width, Index height, Colour colour) {
  const Index right = std::min(x + width, width_), bottom = std::min(y + height, height_);
  for (Index j = std::max<Index>(y, 0); j < bottom; ++j)
    for (Index i = std::max<Index>(x, 0); i < right; ++i) blend(i, j, colour, 1);
}

void Picture::line(Point from, Point to, Colour colour, double thickness) {
  for (const double coordinate : {from.x, from.y, to.x, to.y, thickness})
    if (!std::isfinite(coordinate)) return;
  const double reach = thickness / 2 + 0.5;  // a pixel this far from the line is just not touched
  const Span columns(std::min(from.x, to.x) - reach, std::max(from.x, to.x) + reach, width_);
  const Span rows(std::min(from.y, to.y) - reach, std::max(from.y, to.y) + reach, height_);
  for (Index j = rows.begin; j < rows.end; ++j)
    for (Index i = columns.begin; i < columns.end; ++i) {
      const double x = static_cast<double>(i) + 0.5, y = static_cast<double>(j) + 0.5;
      blend(i, j, colour, reach - distance_to_segment(x, y, from, to));
    }
}

// The font is a list of bars one unit thick, each given by its four corners. They are drawn as strokes with
// round ends, a little thicker, so that bars that touch at a corner join.
void Picture::text(Index x, Index y, std::string_view text, Colour colour, Align align, Index scale) {
  struct Corner {
    float x, y, z;
    unsigned char colour[4];
  };
  std::string line = drawable(text);
  std::vector<Corner> corners(64 * line.size() + 1);  // no letter has more than 16 bars
  const int bars = stb_easy_font_print(0, 0, line.data(), nullptr, corners.data(),
                                       static_cast<int>(corners.size() * sizeof(Corner)));
  if (align != Align::left) x -= text_width(text, scale) / (align == Align::centre ? 2 : 1);
  const auto unit = static_cast<double>(scale);
  const auto middle = [&](double column, double row) {
    return Point{static_cast<double>(x) + column * unit, static_cast<double>(y) + row * unit};
  };
  for (std::size_t i = 0; i < static_cast<std::size_t>(bars); ++i) {
    const Corner &first = corners[4 * i], &opposite = corners[4 * i + 2];
    this->line(middle(first.x + 0.5, first.y + 0.5), middle(opposite.x - 0.5, opposite.y - 0.5), colour,
               scale == 1 ? 1 : 1.2 * unit);
  }
}

Index Picture::text_width(std::string_view text, Index scale) {
  std::string line = drawable(text);
  return line.empty() ? 0 : (stb_easy_font_width(line.data()) - 1) * scale;  // without the last letter's gap
}

void Picture::paste(Index x, Index y, const Tensor& image, Index factor) {
  const Index channels = image.rank() == 3 ? image.dim(2) : 1;
  require(image.rank() == 2 || (image.rank() == 3 && (channels == 1 || channels == 3)), "paste",
          "image is [h, w], [h, w, 1] or [h, w, 3]", {{"image", image}});
  const Tensor bytes = io::to_bytes(image);
  const std::uint8_t* pixel = bytes.data<std::uint8_t>();
  for (Index j = 0; j < image.dim(0); ++j)
    for (Index i = 0; i < image.dim(1); ++i, pixel += channels)
      rectangle(x + i * factor, y + j * factor, factor, factor,
                channels == 3 ? Colour{pixel[0], pixel[1], pixel[2]} : Colour{pixel[0], pixel[0], pixel[0]});
}

}  // namespace tandem::examples
