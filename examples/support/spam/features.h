#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "examples/support/spam/tokens.h"
#include "nn/bags.h"

namespace tandem::examples::spam {

struct FeatureOptions {
  int bits = 20;           ///< there are 2^bits features
  int window = 1;          ///< pairs of words up to window - 1 apart are features too; 1: no pairs
  int ngram = 4;           ///< bytes of a character n-gram; 0: no n-grams
  std::uint64_t seed = 1;  ///< of the hash: another one lets other words collide
  Scope scope = Scope::all_headers;

  std::int64_t count() const { return std::int64_t{1} << bits; }
};

/// What a feature stands for in one message, for explanations: its words, "FREE" or "click .. here"; for an n-gram, the
/// word in which it first begins.
using FeatureNames = std::map<std::int64_t, std::string>;

/// The features of a message, each marked with its field and hashed to [0, 2^bits):
/// - single words, and orthogonal sparse bigrams: pairs of words up to window - 1 apart that remember their distance.
///   One that occurs c times has the value 1 + log c.
/// - character n-grams: every run of `ngram` bytes in a field's words, each with a blank before it, of which the first
///   10,000 bytes or little more are used. They see what words are made of, "v1agra" and "viagra!!", and have the value
///   1 however often they occur.
///
/// At most 200,000 words of the headers and as many of the body are used, and as many n-grams of each.
/// The values of the body's words, of its n-grams, and of the same two of the headers are divided by their Euclidean
/// norm: a long body has no more to say than a short one, and does not drown out the headers. Sorted by feature.
/// @param names  if not null, gets what each feature stands for
/// Sources: Weinberger et al. 2009, arXiv:0902.2206 (hashing); Siefkes, Assis, Chhabra, Yerazunis 2004 (PKDD),
/// section 4 (orthogonal sparse bigrams); Sculley, Wachman 2007 (SIGIR; 4-grams of characters).
nn::Bag features_of(const Mail& mail, const FeatureOptions& options, FeatureNames* names = nullptr);

}  // namespace tandem::examples::spam
