#include "examples/support/draw/line_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "examples/support/draw/ticks.h"

namespace tandem::examples {
namespace {

constexpr Colour rule{222, 222, 222};

/// The area between the axes, and where a point of the chart lies in it.
struct Plot {
  Index left, top, right, bottom;
  double x_low, x_high;
  Ticks y;

  double column(double value) const {
    return static_cast<double>(left) + (value - x_low) / (x_high - x_low) * static_cast<double>(right - left);
  }
  double row(double value) const {
    return static_cast<double>(bottom) - (value - y.first) / (y.last() - y.first) * static_cast<double>(bottom - top);
  }
};

void draw_axes(Picture& picture, const Plot& plot, const Ticks& x) {
  for (int i = 0; i < plot.y.count; ++i) {
    const Index row = std::lround(plot.row(plot.y[i]));
    picture.rectangle(plot.left, row, plot.right - plot.left, 1, i == 0 ? muted : rule);
    picture.text(plot.left - 10, row - Picture::text_height() / 2, plot.y.label(i), muted, Align::right);
  }
  for (int i = 0; i < x.count; ++i) {
    if (x[i] < plot.x_low || x[i] > plot.x_high) continue;
    const Index column = std::lround(plot.column(x[i]));
    picture.rectangle(column, plot.bottom, 1, 6, muted);
    picture.text(column, plot.bottom + 12, x.label(i), muted, Align::centre);
  }
}

void draw_series(Picture& picture, const Plot& plot, const std::vector<double>& values, Colour colour) {
  const auto place = [&](std::size_t i) { return Point{plot.column(static_cast<double>(i + 1)), plot.row(values[i])}; };
  const bool with_dots = values.size() <= 30;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const bool joined = i > 0 && std::isfinite(values[i - 1]);
    const bool alone = !joined && (i + 1 == values.size() || !std::isfinite(values[i + 1]));
    if (joined) picture.line(place(i - 1), place(i), colour, 2.5);
    if (with_dots || alone) picture.disc(place(i), 4, colour);
  }
}

/// The names of the series with their colours, from right to left.
void draw_legend(Picture& picture, Index right, Index top, const std::vector<Series>& series) {
  for (std::size_t i = series.size(); i-- > 0;) {
    picture.text(right, top, series[i].name, ink, Align::right);
    right -= Picture::text_width(series[i].name) + 8;
    const double middle = static_cast<double>(top) + static_cast<double>(Picture::text_height()) / 2;
    const Point end{static_cast<double>(right), middle};
    picture.line({end.x - 22, end.y}, end, series_colour(i), 4);
    right -= 22 + 26;
  }
}

}  // namespace

Colour series_colour(std::size_t i) {
  constexpr std::array<Colour, 7> colours = {
      {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {230, 159, 0}, {86, 180, 233}, {0, 0, 0}}};
  return colours[i % colours.size()];
}

Tensor line_chart(const std::string& title, const std::vector<Series>& series, const std::string& x_label,
                  const std::string& y_label) {
  Range y;
  std::size_t longest = 0;
  for (const Series& s : series) {
    for (const double value : s.values) y.add(value);
    longest = std::max(longest, s.values.size());
  }
  const double x_high = longest > 1 ? static_cast<double>(longest) : 2;
  const Ticks y_ticks = round_ticks(y.low, y.high, 5), x_ticks = round_ticks(1, x_high, 10, /*whole=*/true);
  Index label_width = 0;
  for (int i = 0; i < y_ticks.count; ++i) label_width = std::max(label_width, Picture::text_width(y_ticks.label(i)));

  constexpr Index width = 800, height = 480;
  Picture picture(width, height);
  const Plot plot{label_width + 34, 92, width - 30, height - 62, 1, x_high, y_ticks};
  picture.text(24, 18, title, ink, Align::left, 3);
  picture.text(24, 56, y_label, muted);
  draw_legend(picture, plot.right, 56, series);
  draw_axes(picture, plot, x_ticks);
  picture.text((plot.left + plot.right) / 2, height - 28, x_label, muted, Align::centre);
  for (std::size_t i = 0; i < series.size(); ++i) draw_series(picture, plot, series[i].values, series_colour(i));
  return picture.pixels();
}

}  // namespace tandem::examples
