#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/shape.h"

namespace tandem::examples {

/// Figures by name, as they go into metrics.jsonl and summary.json, in order.
using Figures = std::vector<std::pair<std::string, double>>;

/// A figure as text for people; a NaN is "nan", whatever its sign.
std::string figure_text(double figure, int digits_behind_point = 4);

/// Sums over the examples of an epoch; their means are the epoch's figures.
class Meter {
 public:
  /// Adds `mean` over `examples` examples.
  void add(const std::string& name, double mean, Index examples);
  double mean(const std::string& name) const;
  Figures means() const;

 private:
  friend class Run;
  struct Sum {
    std::string name;
    double sum = 0, count = 0;
  };
  std::vector<Sum> sums_;
};

}  // namespace tandem::examples
