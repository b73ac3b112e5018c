#pragma once

#include <vector>

namespace tandem::examples::spam {

/// The smallest threshold for which at most `rate` of the ham has a higher score.
/// @throws ValueError if there is no ham, or the rate is outside [0, 1)
double threshold_for(const std::vector<double>& scores, const std::vector<bool>& is_spam, double rate);

struct Recall {
  std::size_t found = 0, spam = 0;
  double rate() const { return spam ? static_cast<double>(found) / static_cast<double>(spam) : 0; }
};
/// How much of the spam scores higher than the threshold.
Recall recall_above(const std::vector<double>& scores, const std::vector<bool>& is_spam, double threshold);

/// Messages on the wrong side of the threshold.
std::size_t count_errors(const std::vector<double>& scores, const std::vector<bool>& is_spam, double threshold = 0);

}  // namespace tandem::examples::spam
