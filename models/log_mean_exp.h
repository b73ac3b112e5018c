#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// log 1/K sum_k e^x_k for each of n columns, whose K rows come a few at a time. Sums are in float64 and relative to
/// the largest x so far, so that neither the number nor the size of the rows costs digits.
class LogMeanExp {
 public:
  explicit LogMeanExp(Index n) : columns_(static_cast<std::size_t>(n)) {}

  /// Adds rows, [k, n] or any shape whose last dimensions are the columns.
  void add(const Tensor& rows) {
    const std::vector<double> values = rows.to_vector<double>();
    for (std::size_t i = 0; i < values.size(); ++i) columns_[i % columns_.size()].add(values[i]);
    count_ += static_cast<Index>(values.size() / columns_.size());
  }

  /// log of the mean of e^x, for each column.
  std::vector<double> log_mean_exp() const {
    const double log_count = std::log(static_cast<double>(count_));
    return each([=](const Column& c) { return c.largest + std::log(c.scaled) - log_count; });
  }
  /// The mean of x itself, for each column.
  std::vector<double> mean() const {
    return each([n = static_cast<double>(count_)](const Column& c) { return c.sum / n; });
  }

 private:
  struct Column {
    double largest = -std::numeric_limits<double>::infinity();
    double scaled = 0;  ///< sum of e^(x - largest)
    double sum = 0;

    void add(double x) {
      sum += x;
      if (x > largest) {
        scaled = scaled * std::exp(largest - x) + 1;
        largest = x;
      } else {
        scaled += x == largest ? 1 : std::exp(x - largest);  // infinities too, whose difference is NaN
      }
    }
  };

  template <class F>
  std::vector<double> each(F f) const {
    std::vector<double> values;
    for (const Column& column : columns_) values.push_back(f(column));
    return values;
  }

  std::vector<Column> columns_;
  Index count_ = 0;
};

}  // namespace tandem::models
