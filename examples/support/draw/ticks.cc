#include "examples/support/draw/ticks.h"

#include <fmt/format.h>

#include <algorithm>

namespace tandem::examples {

void Range::add(double value) {
  if (!std::isfinite(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

std::string Ticks::label(int i) const {
  const double value = std::abs((*this)[i]) < step / 2 ? 0 : (*this)[i];  // not -0.0
  const double largest = std::max(std::abs(first), std::abs(last()));
  if (step < 1e-6 || largest >= 1e6) return fmt::format("{:.4g}", value);
  return fmt::format("{:.{}f}", value, std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))));
}

Ticks round_ticks(double low, double high, int intervals, bool whole) {
  if (!std::isfinite(high - low) || low > high) low = 0, high = 1;
  const double smallest = std::max({std::abs(low), std::abs(high), 1e-30}) * 1e-9;  // what a double can resolve
  if (high - low < smallest) {
    const double around = low == 0 ? 1 : std::abs(low) / 10;
    low -= around, high += around;
  }
  const double rough = (high - low) / intervals, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5, 2, 1})
    if (rough <= factor * power * (1 + 1e-9)) step = factor * power;
  if (whole) step = std::max(step, 1.0);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  return {first * step, step, std::max(2, static_cast<int>(last - first) + 1)};
}

}  // namespace tandem::examples
