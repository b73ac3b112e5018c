#include "examples/support/draw/svg_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "examples/support/draw/ticks.h"

namespace tandem::examples {
namespace {

constexpr double width = 360, height = 230;

/// One axis: where a value lies on it, and its marks.
struct Scale {
  double low, high, from, to;
  bool log = false;
  std::vector<std::pair<double, std::string>> marks = {};

  double operator()(double value) const {
    const double t = log ? (std::log(std::max(value, low)) - std::log(low)) / (std::log(high) - std::log(low))
                         : (value - low) / (high - low);
    return from + t * (to - from);
  }
};

Scale linear_scale(Range range, double from, double to, int intervals, bool tight = false) {
  if (!(range.low < range.high)) range = {range.low - 1, range.low + 1};
  const Ticks ticks = round_ticks(range.low, range.high, intervals);
  Scale scale{tight ? range.low : ticks.first, tight ? range.high : ticks.last(), from, to};
  for (int i = 0; i < ticks.count; ++i)
    if (ticks[i] >= scale.low - 1e-12 && ticks[i] <= scale.high + 1e-12)
      scale.marks.emplace_back(ticks[i], with_minus(ticks.label(i)));
  return scale;
}

/// The products of these factors and the powers of ten that lie from low to high.
std::vector<double> multiples(double low, double high, std::span<const double> factors) {
  std::vector<double> values;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
    for (const double factor : factors)
      if (power * factor >= low && power * factor <= high) values.push_back(power * factor);
  return values;
}

/// Marks at the powers of ten and, until there are three marks, at round numbers between them. A value that is not
/// above 0 has no place on the scale, and is drawn at its lower end.
Scale log_scale(Range range, double from, double to) {
  if (!(range.low <= range.high)) range = {0.1, 1};
  Scale scale{range.low * 0.9, range.high * 1.1, from, to, true};
  constexpr double factors[] = {1, 5, 2, 3, 7, 1.5, 4, 6, 8, 9};
  std::vector<double> values;
  for (const std::size_t count : {1u, 3u, 6u, 10u}) {
    values = multiples(scale.low, scale.high, std::span(factors).first(count));
    if (values.size() >= 3) break;
  }
  for (const double value : values)
    scale.marks.emplace_back(value, value >= 1e3 ? fmt::format("{:g}k", value / 1e3) : fmt::format("{:g}", value));
  return scale;
}

constexpr double left = 44, right = width - 10, top = 22, bottom = height - 38;

void draw_frame(Svg& svg, const Scale& x, const Scale& y, const Axes& axes) {
  for (const auto& [value, label] : y.marks) {
    svg.line({left, y(value)}, {right, y(value)}, "rule");
    svg.text({left - 6, y(value) + 4}, label, "tick", Align::right);
  }
  svg.line({left, bottom}, {right, bottom}, "axis");
  for (const auto& [value, label] : x.marks) {
    svg.line({x(value), bottom}, {x(value), bottom + 4}, "axis");
    svg.text({x(value), bottom + 16}, label, "tick", Align::centre);
  }
  svg.text({(left + right) / 2, height - 5}, axes.x_label, "label", Align::centre);
  svg.text({4, 12}, axes.y_label, "label");
}

double quantile(std::vector<double> sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::string curve_chart(const std::string& description, const std::vector<Curve>& curves, const Axes& axes) {
  Range xs, ys;
  for (const Curve& c : curves) {
    for (const double value : c.x)
      if (!axes.log_x || value > 0) xs.add(value);
    for (const auto* values : {&c.y, &c.low, &c.high})
      for (const double value : *values)
        if (!axes.log_y || value > 0) ys.add(value);
  }
  const Scale x = axes.log_x ? log_scale(xs, left, right) : linear_scale(xs, left, right, 6, true);
  const Scale y = axes.log_y ? log_scale(ys, bottom, top) : linear_scale(ys, bottom, top, 4);
  Svg svg(width, height, description);
  draw_frame(svg, x, y, axes);
  for (const Curve& c : curves) {
    if (c.low.empty()) continue;
    std::vector<Point> band;
    for (std::size_t i = 0; i < c.x.size(); ++i) band.push_back({x(c.x[i]), y(c.low[i])});
    for (std::size_t i = c.x.size(); i-- > 0;) band.push_back({x(c.x[i]), y(c.high[i])});
    svg.polygon(band, "band " + c.css);
  }
  for (const Curve& c : curves) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < c.x.size(); ++i) points.push_back({x(c.x[i]), y(c.y[i])});
    svg.path(points, "line " + c.css);
    for (const Point& p : points) svg.disc(p, 2.5, "fill " + c.css);
  }
  return svg.str();
}

std::string histogram_chart(const std::string& description, const std::vector<Distribution>& distributions,
                            const std::string& x_label) {
  constexpr int bins = 60;
  Range range;
  for (const Distribution& d : distributions) {
    std::vector<double> sorted = d.values;
    std::sort(sorted.begin(), sorted.end());
    range.add(quantile(sorted, 0.005));
    range.add(quantile(sorted, 0.995));
  }
  if (!(range.low < range.high)) range = {range.low - 1, range.low + 1};
  const Scale x = linear_scale(range, left, right, 6, true);
  Svg svg(width, height, description);
  draw_frame(svg, x, Scale{0, 1, bottom, top}, {x_label, ""});
  for (const Distribution& d : distributions) {
    std::vector<double> counts(bins, 0);
    for (const double value : d.values) {
      const double t = (value - range.low) / (range.high - range.low);
      counts[static_cast<std::size_t>(std::clamp(t * bins, 0.0, bins - 1.0))] += 1;
    }
    const double most = *std::max_element(counts.begin(), counts.end());
    std::vector<Point> outline = {{left, bottom}};
    for (int i = 0; i < bins; ++i) {
      const double up = bottom - counts[static_cast<std::size_t>(i)] / most * (bottom - top);
      outline.push_back({left + (right - left) * i / bins, up});
      outline.push_back({left + (right - left) * (i + 1) / bins, up});
    }
    outline.push_back({right, bottom});
    svg.polygon(outline, "band " + d.css);
    svg.path(outline, "thin " + d.css);
  }
  return svg.str();
}

std::string estimate_chart(const std::string& description, const std::vector<Estimate>& estimates,
                           const std::string& x_label) {
  constexpr double row = 34, names = 8;
  const double h = row * static_cast<double>(estimates.size()) + 48;
  Range range{0, 0};
  for (const Estimate& e : estimates) range.add(e.high);
  const Scale x = linear_scale(range, names, width - 12, 5);
  Svg svg(width, h, description);
  const double end = h - 38;
  for (const auto& [value, label] : x.marks) {
    svg.line({x(value), 4}, {x(value), end}, "rule");
    svg.text({x(value), end + 16}, label, "tick", Align::centre);
  }
  svg.text({width / 2, h - 5}, x_label, "label", Align::centre);
  double y = 4;
  for (const Estimate& e : estimates) {
    svg.text({names + 2, y + 12}, e.name, "name");
    svg.text({width - 12, y + 12}, e.text, "value", Align::right);
    svg.line({x(e.low), y + 22}, {x(e.high), y + 22}, "whisker " + e.css);
    svg.disc({x(e.value), y + 22}, 5, "fill " + e.css);
    y += row;
  }
  return svg.str();
}

std::string column_chart(const std::string& description, const std::vector<Columns>& columns,
                         const std::vector<std::string>& categories, const std::string& y_label) {
  Range range{0, 0};
  for (const Columns& c : columns)
    for (const double value : c.values) range.add(value);
  const Scale y = linear_scale(range, bottom, top, 4);
  Svg svg(width, height, description);
  draw_frame(svg, Scale{0, 1, left, right}, y, {"", y_label});
  const double group = (right - left) / static_cast<double>(categories.size());
  const double column = group * 0.8 / static_cast<double>(columns.size());
  for (std::size_t i = 0; i < categories.size(); ++i) {
    const double begin = left + group * (static_cast<double>(i) + 0.1);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const double up = y(columns[j].values[i]);
      svg.rectangle(begin + column * static_cast<double>(j), up, column - 0.6, bottom - up, "fill " + columns[j].css);
    }
    svg.text({begin + group * 0.4, bottom + 16}, categories[i], "tick", Align::centre);
  }
  return svg.str();
}

std::string confusion_chart(const std::string& description, const std::vector<std::vector<Index>>& counts) {
  const auto k = static_cast<double>(counts.size());
  const double cell = (width - 34) / k;
  Svg svg(width, cell * k + 34, description);
  Index most = 1;
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (std::size_t j = 0; j < counts.size(); ++j)
      if (i != j) most = std::max(most, counts[i][j]);
  svg.text({30, 10}, "predicted", "tick");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double y = 28 + cell * static_cast<double>(i);
    svg.text({18, y + cell / 2 + 4}, std::to_string(i), "tick", Align::right);
    svg.text({30 + cell * (static_cast<double>(i) + 0.5), 24}, std::to_string(i), "tick", Align::centre);
    for (std::size_t j = 0; j < counts.size(); ++j) {
      const double x = 30 + cell * static_cast<double>(j),
                   share = static_cast<double>(counts[i][j]) / static_cast<double>(most);
      svg.rectangle(x, y, cell - 1, cell - 1, i == j ? "right" : "cell");
      if (i != j && counts[i][j] > 0) svg.rectangle(x, y, cell - 1, cell - 1, "wrong", 0.15 + 0.85 * share);
      if (counts[i][j] > 0)
        svg.text({x + cell / 2 - 0.5, y + cell / 2 + 3.5}, std::to_string(counts[i][j]),
                 i == j ? "count" : "count strong", Align::centre);
    }
  }
  return svg.str();
}

std::string reliability_chart(const std::string& description, const std::vector<ReliabilityPoint>& points,
                              const std::string& css) {
  const Scale x = linear_scale({0, 1}, left, right, 5), y = linear_scale({0, 1}, bottom, top, 4);
  Svg svg(width, height, description);
  draw_frame(svg, x, y, {"confidence", "accuracy"});
  svg.line({x(0), y(0)}, {x(1), y(1)}, "diagonal");
  std::vector<Point> path;
  for (const ReliabilityPoint& p : points) path.push_back({x(p.confidence), y(p.accuracy)});
  svg.path(path, "thin " + css);
  for (std::size_t i = 0; i < points.size(); ++i)
    svg.disc(path[i], 2.5 + 9 * std::sqrt(points[i].share), "fill soft " + css);
  return svg.str();
}

std::string scatter_chart(const std::string& description, const Tensor& points, const Tensor& labels) {
  const std::vector<double> p = points.to_vector<double>();
  Range xs, ys;
  for (std::size_t i = 0; i < p.size(); i += 2) xs.add(p[i]), ys.add(p[i + 1]);
  constexpr double side = 340;
  const Scale x{xs.low, xs.high, 12, side - 12}, y{ys.low, ys.high, side - 12, 12};
  Svg svg(side, side, description);
  const std::vector<std::int64_t> digits = labels.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < digits.size(); ++i)
    svg.text({x(p[2 * i]), y(p[2 * i + 1]) + 4}, std::to_string(digits[i]), fmt::format("point d{}", digits[i]),
             Align::centre);
  return svg.str();
}

}  // namespace tandem::examples
