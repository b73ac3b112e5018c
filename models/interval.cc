#include "models/interval.h"

#include <algorithm>
#include <cmath>

#include "autograd/error.h"

namespace tandem::models {

Interval wilson_interval(Index successes, Index trials, double z) {
  if (successes < 0 || successes > trials || trials < 1)
    throw_value_error("wilson_interval", std::to_string(successes) + " successes of " + std::to_string(trials));
  if (!(z >= 0 && std::isfinite(z))) throw_value_error("wilson_interval", "z is " + to_text(z), "a number >= 0");
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n, z2 = z * z / n;
  const double middle = (p + z2 / 2) / (1 + z2), reach = z / (1 + z2) * std::sqrt(p * (1 - p) / n + z2 / (4 * n));
  return {std::max(middle - reach, 0.0), std::min(middle + reach, 1.0)};
}

}  // namespace tandem::models
