#pragma once

#include <algorithm>
#include <vector>

#include "autograd/shape.h"

namespace tandem::data {

/// What a new pixel takes from the old ones along an axis: weights of pixels from `first` on; their sum is 1.
struct Mixture {
  Index first;
  std::vector<double> weights;
};

/// The old pixels that the new one, from `begin` to `end`, covers, by the share of it that each makes up.
/// @param begin, end  in old pixels, which they may cut
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
