#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "examples/support/draw/picture.h"

namespace tandem::examples {

/// Colours that colour-blind people can tell apart too, for series 0, 1, 2, ...
/// Source: Okabe & Ito 2008, "Color Universal Design".
Colour series_colour(std::size_t i);

/// One line of a chart: values[0] belongs to x = 1. A value that is not finite leaves a gap.
struct Series {
  std::string name;
  std::vector<double> values;
};

/// Values over epochs, or whatever is counted from 1. Gives uint8 [h, w, 3], for io::write_png.
Tensor line_chart(const std::string& title, const std::vector<Series>& series, const std::string& x_label,
                  const std::string& y_label);

/// The smallest and the largest of the finite numbers that were added; low > high if there were none.
struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;
  void add(double value);
};

/// Round numbers (1, 2 or 5 times a power of ten apart) that cover [low, high]: the first lies at or below
/// `low`, the last at or above `high`. At least two, even if the range is empty, reversed or not finite.
struct Ticks {
  double first, step;
  int count;
  double last() const { return first + step * (count - 1); }
  double operator[](int i) const { return first + step * i; }
  /// With as many decimals as the step needs.
  std::string label(int i) const;
};
/// @param intervals   about so many
/// @param whole       only whole numbers
Ticks round_ticks(double low, double high, int intervals, bool whole = false);

}  // namespace tandem::examples
