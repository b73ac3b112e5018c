#include "models/calibration.h"

#include <algorithm>
#include <cmath>

#include "autograd/ops/index.h"

namespace tandem::models {
namespace {

/// Rows of logits as doubles, with their labels, checked.
struct Rows {
  Rows(const char* caller, const Tensor& logits, const Tensor& truth) {
    require(logits.rank() == 2 && logits.size() > 0 && truth.rank() == 1 && truth.dim(0) == logits.dim(0), caller,
            "logits is [n, k] with n > 0, labels [n]", {{"logits", logits}, {"labels", truth}});
    n = static_cast<std::size_t>(logits.dim(0)), k = static_cast<std::size_t>(logits.dim(1));
    values = logits.to_vector<double>();
    for (std::size_t i = 0; i < n; ++i) {
      const double largest = *std::max_element((*this)[i], (*this)[i] + k);
      const bool has_nan = std::any_of((*this)[i], (*this)[i] + k, [](double v) { return std::isnan(v); });
      if (has_nan || !std::isfinite(largest))
        throw_value_error(caller, "the logits of row " + std::to_string(i) + " give no probabilities",
                          "numbers or -inf, and at least one number");
    }
    require_indices(caller, truth, logits.dim(1));
    const std::int64_t* const label = truth.data<std::int64_t>();
    labels.assign(label, label + n);
  }

  const double* operator[](std::size_t i) const { return &values[i * k]; }

  /// softmax(a row + added) of row i, into p [k]; returns log p(label).
  double softmax(std::size_t i, double a, std::vector<double>& p, const std::vector<double>& added = {}) const {
    const double* row = (*this)[i];
    for (std::size_t y = 0; y < k; ++y) p[y] = a * row[y] + (added.empty() ? 0 : added[y]);
    const double largest = *std::max_element(p.begin(), p.end()), of_label = p[labels[i]] - largest;
    double sum = 0;
    for (double& term : p) sum += term = std::exp(term - largest);
    for (double& term : p) term /= sum;
    return of_label - std::log(sum);
  }

  std::size_t n, k;
  std::vector<double> values;
  std::vector<std::size_t> labels;
};

}  // namespace

Calibration calibration(const Tensor& logits, const Tensor& labels, Index bins) {
  if (bins < 1) throw_value_error("calibration", std::to_string(bins) + " bins", "at least 1");
  const Rows rows("calibration", logits, labels);
  Calibration result;
  result.bins.resize(static_cast<std::size_t>(bins));
  std::vector<double> p(rows.k);
  for (std::size_t i = 0; i < rows.n; ++i) {
    result.nll -= rows.softmax(i, 1, p);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    for (std::size_t y = 0; y < rows.k; ++y) {
      const double miss = p[y] - (y == rows.labels[i] ? 1 : 0);
      result.brier += miss * miss;
    }
    const double part = std::ceil(p[best] * static_cast<double>(bins)) - 1;  // open below, closed above, as the source
    auto& bin = result.bins[static_cast<std::size_t>(std::clamp(part, 0.0, static_cast<double>(bins - 1)))];
    bin.confidence += p[best];
    bin.accuracy += best == rows.labels[i] ? 1 : 0;
    ++bin.count;
  }
  const auto n = static_cast<double>(rows.n);
  result.nll /= n;
  result.brier /= n;
  for (Calibration::Bin& bin : result.bins) {
    result.ece += std::abs(bin.accuracy - bin.confidence) / n;  // both are still sums, so this is weighted by the count
    if (bin.count == 0) continue;
    bin.confidence /= static_cast<double>(bin.count);
    bin.accuracy /= static_cast<double>(bin.count);
  }
  return result;
}

double fit_temperature(const Tensor& logits, const Tensor& labels, const std::vector<double>& log_prior) {
  const Rows rows("fit_temperature", logits, labels);
  if (!log_prior.empty() && (log_prior.size() != rows.k || !std::all_of(log_prior.begin(), log_prior.end(),
                                                                        [](double p) { return std::isfinite(p); })))
    throw_value_error("fit_temperature", "the prior of " + std::to_string(log_prior.size()) + " classes",
                      "k finite logarithms, or none");
  std::vector<double> p(rows.k);
  const auto slope = [&](double a) {  // of -log p in a = 1/T
    double sum = 0;
    for (std::size_t i = 0; i < rows.n; ++i) {
      rows.softmax(i, a, p, log_prior);
      for (std::size_t y = 0; y < rows.k; ++y) {
        const double gap = rows[i][y] - rows[i][rows.labels[i]];
        if (p[y] > 0 && std::isfinite(gap)) sum += p[y] * gap;  // a class of logit -inf is out at any temperature
      }
    }
    return sum;
  };
  double low = std::log(1e-3), high = std::log(1e3);
  if (slope(std::exp(high)) <= 0) return 1;  // all temperatures are equally good, or the lower the better
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (slope(std::exp(middle)) < 0 ? low : high) = middle;
  }
  return std::exp(-(low + high) / 2);
}

}  // namespace tandem::models
