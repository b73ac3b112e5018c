#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "examples/support/spam/tokens.h"
#include "nn/bags.h"

namespace tandem::examples::spam {

struct FeatureOptions {
  int bits = 20;           ///< there are 2^bits features
  int window = 3;          ///< a word is paired with the next window - 1; 1 for single words only
  std::uint64_t seed = 1;  ///< of the hash: other words collide
  Scope scope = Scope::all_headers;

  std::int64_t count() const { return std::int64_t{1} << bits; }
};

/// What a feature stood for in one mail, for explanations: its words, "FREE" or "click .. here".
using FeatureNames = std::map<std::int64_t, std::string>;

/// The features of a mail: single words, and orthogonal sparse bigrams, pairs of words up to window - 1 apart
/// that remember their distance; each marked with its field, and hashed to [0, 2^bits).
///
/// A feature that occurs c times weighs 1 + log c; those of the body, and those of the headers, are divided by
/// their Euclidean norm: a long body has no more to say than a short one, and does not drown the headers.
/// Sorted by feature. At most 200,000 words are looked at.
/// @param names  if not null, gets the words behind each feature
/// Sources: Weinberger et al. 2009, arXiv:0902.2206 (hashing); Siefkes, Assis, Chhabra, Yerazunis 2004 (PKDD),
/// section 4 (orthogonal sparse bigrams).
nn::Bag features_of(const Mail& mail, const FeatureOptions& options, FeatureNames* names = nullptr);

}  // namespace tandem::examples::spam
