#include "models/roc.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "autograd/error.h"

namespace tandem::models {

double auroc(std::span<const double> negatives, std::span<const double> positives) {
  if (negatives.empty() || positives.empty())
    throw_value_error("auroc", "a set without scores", "both sets need at least one");
  std::vector<std::pair<double, bool>> scores;
  for (const double score : negatives) scores.emplace_back(score, false);
  for (const double score : positives) scores.emplace_back(score, true);
  for (const auto& [score, positive] : scores)
    if (std::isnan(score)) throw_value_error("auroc", "a score is NaN");
  std::sort(scores.begin(), scores.end());

  double rank_sum = 0;  // of the positives, in halves so that every term is whole
  for (std::size_t begin = 0; begin < scores.size();) {
    std::size_t end = begin, positive = 0;
    for (; end < scores.size() && scores[end].first == scores[begin].first; ++end) positive += scores[end].second;
    rank_sum += static_cast<double>(positive * (begin + 1 + end));  // twice the mean of ranks begin+1 ... end
    begin = end;
  }
  const auto p = static_cast<double>(positives.size()), n = static_cast<double>(negatives.size());
  return (rank_sum - p * (p + 1)) / (2 * p * n);
}

}  // namespace tandem::models
