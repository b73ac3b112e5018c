#pragma once

#include <algorithm>
#include <vector>

#include "autograd/shape.h"

namespace tandem::data {

/// The weights of the old pixels in a new one along an axis, from pixel `first` on; they sum to 1.
struct Mixture {
  Index first;
  std::vector<double> weights;
};

/// The old pixels that a new one from `begin` to `end` covers, each weighted by its share of it.
/// @param begin, end  in old pixels, of which they may cut off a part
/// @param extent      number of old pixels
inline Mixture average(double begin, double end, Index extent) {
  Mixture mixture{static_cast<Index>(begin), {}};
  for (Index i = mixture.first; i < extent && static_cast<double>(i) < end; ++i) {
    const double left = static_cast<double>(i), overlap = std::min(end, left + 1) - std::max(begin, left);
    mixture.weights.push_back(overlap / (end - begin));
  }
  return mixture;
}

}  // namespace tandem::data
