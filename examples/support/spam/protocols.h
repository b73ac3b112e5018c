#pragma once

#include <vector>

#include "examples/support/spam/classifier.h"
#include "examples/support/spam/corpus.h"

namespace tandem::examples::spam {

/// What a protocol measures one classifier on: features of all mails, and their labels.
struct Measured {
  const nn::Bags& bags;
  const std::vector<bool>& is_spam;
  Classifier& classifier;
};

/// Numbers from 0 to parts - 1 for mails, equal within a group; groups are dealt out in random order.
std::vector<int> deal_groups(const std::vector<Index>& groups, int parts, std::uint64_t seed);

/// For each mail, whether it is among those held out: so large a share of the groups, drawn at random.
std::vector<bool> hold_out_groups(const std::vector<Index>& groups, double share, std::uint64_t seed);

/// Trains on the mails of `train`, and gives the scores of those of `test`.
std::vector<double> fit_and_score(const Measured& m, const std::vector<Index>& train, const std::vector<Index>& test);

/// Score of every mail by a classifier that was trained on the other parts of `folds`.
std::vector<double> cross_validated_scores(const Measured& m, const std::vector<int>& folds);

/// CRM114's protocol: so many times, shuffle all mails, train on all but the last `tested` and count errors on
/// these. Near duplicates are not kept together, as they were not there. It learned on during the test, which
/// this does not. Source: Yerazunis 2004, "The spam-filtering accuracy plateau at 99.9 percent accuracy" (MIT
/// Spam Conference).
std::size_t shuffled_errors(const Measured& m, int shuffles, std::size_t tested, std::uint64_t seed);

/// Share of errors on the mails of fold 0 after training on the first `mails` of the others, averaged over
/// orders.
double error_after(const Measured& m, const std::vector<int>& folds, std::size_t mails, int repetitions,
                   std::uint64_t seed);

}  // namespace tandem::examples::spam
