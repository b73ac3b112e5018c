#pragma once

#include <span>
#include <vector>

namespace tandem::data::detail {

/// A place in the box that a digit fills: x from 0, left, to 1, right; y from 0, top, to 1, bottom.
struct Point {
  double x, y;
};

/// One movement of the pen: a smooth curve through these points. At a corner one stroke ends and the next
/// begins.
using Stroke = std::vector<Point>;

/// One way of writing a digit.
using Style = std::vector<Stroke>;

/// The ways of writing a digit, 0 to 9, that synthetic_digits() chooses from.
std::span<const Style> styles_of(int digit);

/// Points on the smooth curve through those of a stroke, `steps` from each of them to the next: a Catmull-Rom
/// spline. Appends them to `curve`.
void trace(const Stroke& stroke, int steps, std::vector<Point>& curve);

}  // namespace tandem::data::detail
