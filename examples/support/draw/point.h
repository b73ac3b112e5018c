#pragma once

namespace tandem::examples {

/// A place in a picture or a drawing, from its top left corner; the middle of a picture's first pixel is (0.5, 0.5).
struct Point {
  double x, y;
};

/// Which side of a text is at its given place.
enum class Align { left, centre, right };

}  // namespace tandem::examples
