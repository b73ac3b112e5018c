#include "models/label_shift.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/softmax.h"

namespace tandem::models {
namespace {

void require_prior(const char* caller, const std::vector<double>& prior, const Tensor& logits) {
  require(logits.rank() == 2 && logits.dim(0) > 0, caller, "logits is [n, k] with n > 0", {{"logits", logits}});
  bool positive = prior.size() == static_cast<std::size_t>(logits.dim(1));
  for (const double p : prior) positive = positive && p > 0 && std::isfinite(p);
  if (!positive) throw_value_error(caller, "a prior that is not " + std::to_string(logits.dim(1)) + " numbers above 0");
}

}  // namespace

Tensor swap_prior(const Tensor& logits, const std::vector<double>& from, const std::vector<double>& to) {
  require_prior("swap_prior", from, logits);
  require_prior("swap_prior", to, logits);
  std::vector<double> shift(from.size());
  for (std::size_t y = 0; y < shift.size(); ++y) shift[y] = std::log(to[y]) - std::log(from[y]);
  return logits + tensor(shift, {logits.dim(1)}, logits.dtype());
}

std::vector<double> estimate_prior(const Tensor& logits, const std::vector<double>& from, double tolerance) {
  require_prior("estimate_prior", from, logits);
  if (!(tolerance > 0)) throw_value_error("estimate_prior", "a tolerance that is not above 0");
  constexpr int most_rounds = 10'000;
  const Tensor doubles = logits.to(DType::float64).detach();
  std::vector<double> prior = from;
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<double> next = mean(softmax(swap_prior(doubles, from, prior)), {0}).to_vector<double>();
    double change = 0;
    for (std::size_t y = 0; y < prior.size(); ++y) {
      if (std::isnan(next[y]))
        throw_value_error("estimate_prior", "the logits of a row give no probabilities",
                          "numbers or -inf, and at least one number");
      const double p = std::max(next[y], 1e-6);
      change = std::max(change, std::abs(p - prior[y]));
      prior[y] = p;
    }
    if (change <= tolerance) break;
  }
  return prior;
}

std::vector<double> label_shares(const Tensor& labels, Index classes, double smoothing) {
  if (classes < 1) throw_value_error("label_shares", std::to_string(classes) + " classes", "at least 1");
  if (!(smoothing >= 0 && std::isfinite(smoothing)) || (labels.size() == 0 && smoothing == 0))
    throw_value_error("label_shares", std::to_string(labels.size()) + " labels, smoothing " + to_text(smoothing),
                      "a smoothing of at least 0, and above 0 where there are no labels");
  require_indices("label_shares", labels, classes);
  std::vector<double> shares(static_cast<std::size_t>(classes), smoothing);
  for (const std::int64_t label : labels.to_vector<std::int64_t>()) shares[static_cast<std::size_t>(label)] += 1;
  const double all = static_cast<double>(labels.size()) + smoothing * static_cast<double>(classes);
  for (double& share : shares) share /= all;
  return shares;
}

}  // namespace tandem::models
