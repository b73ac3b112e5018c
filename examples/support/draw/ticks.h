#pragma once

#include <cmath>
#include <string>

namespace tandem::examples {

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
