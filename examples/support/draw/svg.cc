#include "examples/support/draw/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tandem::examples {
namespace {

std::string path_data(const std::vector<Point>& points) {
  std::string data;
  bool drawing = false;
  for (const Point& p : points) {
    const bool finite = std::isfinite(p.x) && std::isfinite(p.y);
    if (finite) data += fmt::format("{}{:.2f} {:.2f}", drawing ? 'L' : 'M', p.x, p.y);
    drawing = finite;
  }
  return data;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  return result;
}

std::string with_minus(std::string_view number) {
  if (!number.starts_with('-')) return std::string(number);
  if (number.find_first_of("123456789") == number.npos) return std::string(number.substr(1));
  return "\u2212" + std::string(number.substr(1));
}

Svg::Svg(double width, double height, std::string_view description)
    : body_(fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", width, height,
                        escaped(description))) {}

void Svg::rectangle(double x, double y, double width, double height, std::string_view css, double opacity) {
  body_ += fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" class=\"{}\"", x, y,
                       std::max(width, 0.0), std::max(height, 0.0), css);
  if (opacity < 1) body_ += fmt::format(" opacity=\"{:.2f}\"", opacity);
  body_ += "/>\n";
}

void Svg::path(const std::vector<Point>& points, std::string_view css) {
  body_ += fmt::format("<path d=\"{}\" class=\"{}\"/>\n", path_data(points), css);
}

void Svg::polygon(const std::vector<Point>& points, std::string_view css) {
  body_ += fmt::format("<path d=\"{}Z\" class=\"{}\"/>\n", path_data(points), css);
}

void Svg::disc(Point centre, double radius, std::string_view css) {
  body_ +=
      fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" class=\"{}\"/>\n", centre.x, centre.y, radius, css);
}

void Svg::text(Point at, std::string_view text, std::string_view css, Align align) {
  const char* anchor = align == Align::left ? "start" : align == Align::centre ? "middle" : "end";
  body_ += fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", at.x, at.y, css,
                       anchor, escaped(text));
}

}  // namespace tandem::examples
