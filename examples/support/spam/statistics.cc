#include "examples/support/spam/statistics.h"

#include <algorithm>
#include <cmath>

#include "autograd/error.h"

namespace tandem::examples::spam {

double threshold_for(const std::vector<double>& scores, const std::vector<bool>& is_spam, double rate) {
  if (!(rate >= 0 && rate < 1)) throw_value_error("threshold_for", "the rate is " + to_text(rate), "0 <= rate < 1");
  std::vector<double> ham;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!is_spam[i]) ham.push_back(scores[i]);
  if (ham.empty()) throw_value_error("threshold_for", "there is no ham to set the threshold on");
  std::sort(ham.begin(), ham.end(), std::greater<>());
  return ham[static_cast<std::size_t>(std::floor(rate * static_cast<double>(ham.size())))];
}

Recall recall_above(const std::vector<double>& scores, const std::vector<bool>& is_spam, double threshold) {
  Recall recall;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    recall.spam += is_spam[i];
    recall.found += is_spam[i] && scores[i] > threshold;
  }
  return recall;
}

std::size_t count_errors(const std::vector<double>& scores, const std::vector<bool>& is_spam, double threshold) {
  std::size_t errors = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) errors += (scores[i] > threshold) != is_spam[i];
  return errors;
}

}  // namespace tandem::examples::spam
