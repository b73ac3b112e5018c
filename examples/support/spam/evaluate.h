#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "examples/support/spam/corpus.h"

namespace tandem::examples::spam {

struct EvaluationOptions {
  FeatureOptions features;
  int folds = 10;
  int shuffles = 10;  ///< of CRM114's protocol
  bool learning_curve = false;
  std::uint64_t seed = 1;
};

/// Measures the three classifiers on a corpus:
///
///     recall_at_fpr_0_001  share of spam above the lowest threshold with at most 0.1 % of all ham above it;
///                          scores are pooled over the folds, near duplicates lie in the same fold
///     recall_interval      its 95 % Wilson interval
///     error                share of messages on the wrong side of log-odds 0, in the same folds
///     body_only            the same without any header
///     crm114               errors in CRM114's protocol; each shuffle tests 500 messages, at most a quarter of all
///     crm114_tested        messages that all shuffles tested
///     crm114_errors        those of logistic regression
///     learning_curve       error on one fold by number of training messages, if asked for
///
/// @param report  gets a line of progress now and then
nlohmann::ordered_json evaluate(const Corpus& corpus, const EvaluationOptions& options,
                                const std::function<void(const std::string&)>& report);

}  // namespace tandem::examples::spam
