#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/support/draw/point.h"

namespace tandem::examples {

/// Text with the five characters that mean something in HTML, XML and their attributes written as entities.
std::string escaped(std::string_view text);

/// A number as books print it: with a minus sign in place of a hyphen, and a zero without either.
std::string with_minus(std::string_view number);

/// A drawing as SVG, for use inline in an HTML page. Shapes name CSS classes instead of colours: the page says what
/// they look like, in light and in dark. Numbers are written with two decimals, so that equal drawings are equal texts.
class Svg {
 public:
  /// @param description  what a screen reader says
  Svg(double width, double height, std::string_view description);

  void rectangle(double x, double y, double width, double height, std::string_view css, double opacity = 1);
  void line(Point from, Point to, std::string_view css) { path({from, to}, css); }
  /// Straight from point to point. A point that is not finite leaves a gap.
  void path(const std::vector<Point>& points, std::string_view css);
  /// The area inside a closed path.
  void polygon(const std::vector<Point>& points, std::string_view css);
  void disc(Point centre, double radius, std::string_view css);
  /// One line of text; `at` is on its base line.
  void text(Point at, std::string_view text, std::string_view css, Align align = Align::left);

  std::string str() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

}  // namespace tandem::examples
