#pragma once

#include "autograd/shape.h"

namespace tandem::models {

/// A confidence interval for a share.
struct Interval {
  double low, high;
};

/// Wilson's interval for the probability behind `successes` of `trials`:
///
///     (p + z^2/2n +- z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n),   p = successes/n
///
/// It stays within [0, 1] and is accurate near both ends, where error rates lie; z = 1.96 covers 95 %.
/// @throws ValueError unless 0 <= successes <= trials, trials > 0, and z is a number >= 0
/// Source: Wilson 1927 (JASA 22).
Interval wilson_interval(Index successes, Index trials, double z = 1.959963984540054);

}  // namespace tandem::models
