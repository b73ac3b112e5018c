#pragma once

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

/// Values over epochs, or anything else counted from 1. Returns uint8 [h, w, 3], for io::write_png.
Tensor line_chart(const std::string& title, const std::vector<Series>& series, const std::string& x_label,
                  const std::string& y_label);

}  // namespace tandem::examples
