#pragma once

#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "examples/support/draw/svg.h"

namespace tandem::examples {

// Charts as SVG text, 360 units wide, so that they fit side by side on a screen and fill a phone. `css` names the class
// of a series' colour; the legend is HTML and stands below. Screen readers read the description.

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

/// Numbers whose distribution is shown.
struct Distribution {
  std::string css;
  std::vector<double> values;
};
/// Each scaled to its own peak, over a common axis from the lowest 0.5 % quantile to the highest 99.5 % quantile.
std::string histogram_chart(const std::string& description, const std::vector<Distribution>& distributions,
                            const std::string& x_label);

/// A figure and its confidence interval.
struct Estimate {
  std::string name, css, text;
  double value, low, high;
};
/// One row each: the name, a dot, its whiskers, the text. The axis begins at 0.
std::string estimate_chart(const std::string& description, const std::vector<Estimate>& estimates,
                           const std::string& x_label);

/// Columns in groups: values[series][category].
struct Columns {
  std::string css;
  std::vector<double> values;
};
std::string column_chart(const std::string& description, const std::vector<Columns>& columns,
                         const std::vector<std::string>& categories, const std::string& y_label);

/// Counts by true (rows) and predicted class (columns); errors are shaded by their share of the most frequent error.
std::string confusion_chart(const std::string& description, const std::vector<std::vector<Index>>& counts);

/// Accuracy against confidence; a calibrated classifier is on the diagonal. Larger points stand for more examples.
struct ReliabilityPoint {
  double confidence, accuracy, share;
};
std::string reliability_chart(const std::string& description, const std::vector<ReliabilityPoint>& points,
                              const std::string& css);

/// Points in a plane, coloured by class.  points floating [n, 2], labels int64 [n] below 10
std::string scatter_chart(const std::string& description, const Tensor& points, const Tensor& labels);

}  // namespace tandem::examples
