#include "examples/support/spam/near_duplicates.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

#include "autograd/threads.h"
#include "examples/support/spam/hash.h"
#include "examples/support/spam/tokens.h"

namespace tandem::examples::spam {
namespace {

constexpr std::size_t functions = 64, band = 4, shingle = 5;
constexpr double agreement = 0.6;  // share of the functions
using Signature = std::array<std::uint64_t, functions>;

Signature signature_of(const std::string& text) {
  std::vector<std::uint64_t> words;
  for (const std::string& word : split_words(text)) {
    const bool number = word.find_first_of("0123456789") != std::string::npos;
    words.push_back(number ? 0 : hash_text(1, word));
  }
  words.resize(std::max(words.size(), shingle));
  Signature smallest;
  smallest.fill(~std::uint64_t{0});
  for (std::size_t i = 0; i + shingle <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t j = 0; j < shingle; ++j) hash = mix(hash ^ words[i + j]);
    for (std::size_t f = 0; f < functions; ++f) smallest[f] = std::min(smallest[f], mix(hash + f * 0x9e3779b97f4a7c15));
  }
  return smallest;
}

/// The root of `i` in a union-find forest; halves the path to it.
Index root_of(std::vector<Index>& parent, Index i) {
  const auto at = [&](Index k) -> Index& { return parent[static_cast<std::size_t>(k)]; };
  while (at(i) != i) i = at(i) = at(at(i));
  return i;
}

}  // namespace

std::vector<Index> near_duplicate_groups(const std::vector<std::string>& texts) {
  const auto n = static_cast<Index>(texts.size());
  std::vector<Signature> signatures(texts.size());
  parallel_for(n, 16, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i)
      signatures[static_cast<std::size_t>(i)] = signature_of(texts[static_cast<std::size_t>(i)]);
  });

  std::vector<Index> parent(texts.size());
  std::iota(parent.begin(), parent.end(), Index{0});
  for (std::size_t first = 0; first < functions; first += band) {
    std::unordered_map<std::uint64_t, std::vector<Index>> buckets;
    for (Index i = 0; i < n; ++i) {
      const Signature& signature = signatures[static_cast<std::size_t>(i)];
      std::uint64_t key = first;
      for (std::size_t f = first; f < first + band; ++f) key = mix(key ^ signature[f]);
      // One text of each group in the bucket is enough to compare with.
      std::vector<Index>& bucket = buckets[key];
      bool joined = false;
      for (const Index other : bucket) {
        const Signature& theirs = signatures[static_cast<std::size_t>(other)];
        std::size_t equal = 0;
        for (std::size_t f = 0; f < functions; ++f) equal += signature[f] == theirs[f];
        if (static_cast<double>(equal) < agreement * functions) continue;
        const Index a = root_of(parent, i), b = root_of(parent, other);
        parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
        joined = true;
      }
      if (!joined) bucket.push_back(i);
    }
  }
  for (Index i = 0; i < n; ++i) parent[static_cast<std::size_t>(i)] = root_of(parent, i);
  return parent;
}

}  // namespace tandem::examples::spam
