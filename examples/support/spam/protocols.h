#pragma once

#include <vector>

#include "examples/support/spam/classifier.h"
#include "examples/support/spam/corpus.h"

namespace tandem::examples::spam {

/// What a protocol measures one classifier on: features of all messages, and their labels.
struct Measured {
  const nn::Bags& bags;
  const std::vector<bool>& is_spam;
  Classifier& classifier;
};

/// A number from 0 to parts - 1 for each message, equal within a group; groups are dealt out in random order.
std::vector<int> deal_groups(const std::vector<Index>& groups, int parts, std::uint64_t seed);

/// For each message, whether it is held out, with `share` of the groups, drawn at random.
std::vector<bool> hold_out_groups(const std::vector<Index>& groups, double share, std::uint64_t seed);

/// Trains on the messages of `train`, and returns the scores of those of `test`.
std::vector<double> fit_and_score(const Measured& m, const std::vector<Index>& train, const std::vector<Index>& test);

/// Score of every message by a classifier that was trained on the other parts of `folds`.
std::vector<double> cross_validated_scores(const Measured& m, const std::vector<int>& folds);

/// CRM114's protocol: `shuffles` times, shuffle all messages, train on all but the last `tested` and count errors on
/// these. As in the original, near duplicates are not kept together; unlike the original, nothing is learnt during the
/// test. Source: Yerazunis 2004, "The spam-filtering accuracy plateau at 99.9 percent accuracy" (MIT Spam Conference).
std::size_t shuffled_errors(const Measured& m, int shuffles, std::size_t tested, std::uint64_t seed);

/// Share of errors on the messages of fold 0 after training on `mails` of the others, averaged over `repetitions`
/// draws.
double error_after(const Measured& m, const std::vector<int>& folds, std::size_t mails, int repetitions,
                   std::uint64_t seed);

}  // namespace tandem::examples::spam
