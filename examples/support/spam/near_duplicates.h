#pragma once

#include <string>
#include <vector>

#include "autograd/shape.h"

namespace tandem::examples::spam {

/// Groups texts that are nearly the same: the same campaign sent twice, a digest and its repetition. Returns
/// for each text the number of its group, which is the smallest index in it.
///
/// Two texts are near duplicates if the smallest hashes of their sets of 5-word shingles agree in at least
/// 60 % of 64 hash functions, an estimate of the Jaccard similarity of the sets; groups are what such
/// pairs connect. Numbers in the text count as one word, so that ids and dates make no difference. Candidates
/// share 4 hashes in a row. Source: Broder 1997, "On the resemblance and containment of documents"; banding as
/// in Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4.
std::vector<Index> near_duplicate_groups(const std::vector<std::string>& texts);

}  // namespace tandem::examples::spam
