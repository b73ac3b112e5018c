#pragma once

#include <span>

namespace tandem::models {

/// Area under the receiver operating characteristic: the probability that a positive has a higher score than a
/// negative, with ties counted half. 1/2 is chance, 1 a perfect separation, 0 a perfect one with the wrong sign.
///
///     AUROC = (sum of the ranks of the positives - n+ (n+ + 1)/2) / (n+ n-)
///
/// Exact for any scores, by mid-ranks where scores are equal.
/// @throws ValueError if either set is empty or a score is NaN
/// Source: Hanley & McNeil 1982 (Radiology 143), the Wilcoxon statistic.
double auroc(std::span<const double> negatives, std::span<const double> positives);

}  // namespace tandem::models
