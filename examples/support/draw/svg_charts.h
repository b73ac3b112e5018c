#pragma once

#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "examples/support/draw/svg.h"

namespace tandem::examples {

// Charts as SVG text, 360 units wide, so that they stand side by side on a screen and fill a phone. `css`
// names the class of a series' colour; the legend is HTML and stands below. A description is read to those
// who cannot see.

/// y over x, with a band from low to high where there is one.
struct Curve {
  std::string name, css;
  std::vector<double> x, y, low = {}, high = {};
};
struct Axes {
  std::string x_label, y_label;
  bool log_x = false, log_y = false;
};
std::string curve_chart(const std::string& description, const std::vector<Curve>& curves, const Axes& axes);

/// Numbers whose distribution is to be seen.
struct Distribution {
  std::string css;
  std::vector<double> values;
};
/// Each scaled to its own largest share, over a common axis from the lowest to the highest 0.5 % of all.
std::string histogram_chart(const std::string& description, const std::vector<Distribution>& distributions,
                            const std::string& x_label);

/// A figure and the interval it is trusted to lie in.
struct Estimate {
  std::string name, css, text;
  double value, low, high;
};
/// A row each: the name, a dot, its whiskers, the text. The axis begins at 0.
std::string estimate_chart(const std::string& description, const std::vector<Estimate>& estimates,
                           const std::string& x_label);

/// Columns in groups: values[series][category].
struct Columns {
  std::string css;
  std::vector<double> values;
};
std::string column_chart(const std::string& description, const std::vector<Columns>& columns,
                         const std::vector<std::string>& categories, const std::string& y_label);

/// Counts by true (rows) and seen class (columns); errors are shaded by their share of the most frequent
/// error.
std::string confusion_chart(const std::string& description, const std::vector<std::vector<Index>>& counts);

/// Accuracy against confidence; a calibrated classifier is on the diagonal. Points are as large as they
/// count.
struct ReliabilityPoint {
  double confidence, accuracy, share;
};
std::string reliability_chart(const std::string& description, const std::vector<ReliabilityPoint>& points,
                              const std::string& css);

/// Points in a plane, coloured by class.  points floating [n, 2], labels int64 [n] below 10
std::string scatter_chart(const std::string& description, const Tensor& points, const Tensor& labels);

}  // namespace tandem::examples
