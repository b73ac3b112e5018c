#pragma once

#include <algorithm>
#include <vector>

namespace tandem::examples {

/// The middle one of the values, or the mean of the middle two; 0 if there are none.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

}  // namespace tandem::examples
