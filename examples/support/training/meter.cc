#include "examples/support/training/meter.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tandem::examples {

std::string figure_text(double figure, int digits_behind_point) {
  return fmt::format("{:.{}f}", std::isnan(figure) ? std::abs(figure) : figure, digits_behind_point);
}

void Meter::add(const std::string& name, double mean, Index examples) {
  auto sum = std::find_if(sums_.begin(), sums_.end(), [&](const Sum& s) { return s.name == name; });
  if (sum == sums_.end()) sum = sums_.insert(sums_.end(), {name});
  sum->sum += mean * static_cast<double>(examples);
  sum->count += static_cast<double>(examples);
}

double Meter::mean(const std::string& name) const {
  for (const Sum& sum : sums_)
    if (sum.name == name) return sum.sum / sum.count;
  return 0;
}

Figures Meter::means() const {
  Figures figures;
  for (const Sum& sum : sums_) figures.emplace_back(sum.name, sum.sum / sum.count);
  return figures;
}

}  // namespace tandem::examples
