#include "examples/support/spam/features.h"

#include <algorithm>
#include <cmath>

#include "examples/support/spam/hash.h"

namespace tandem::examples::spam {
namespace {

constexpr std::size_t feature_limit = 200'000;  // words, and n-grams, in the headers and in the body
constexpr std::size_t field_limit = 10'000;     // bytes that n-grams are taken from

/// The values in each are scaled to norm 1.
enum Part { header_words, header_ngrams, body_words, body_ngrams, part_count };

class Collector {
 public:
  Collector(const FeatureOptions& options, FeatureNames* names) : options_(options), names_(names) {}

  void add(const Field& field) {
    const std::uint64_t mark = hash_text(mix(options_.seed), field.mark);
    add_words(field, mark);
    if (options_.ngram > 0 && field.mark != structure_mark) add_ngrams(field, mark);
  }

  nn::Bag finish() {
    std::sort(features_.begin(), features_.end());
    nn::Bag bag;
    std::vector<Part> parts;
    double squares[part_count] = {};
    for (auto begin = features_.begin(); begin != features_.end();) {
      const auto end = std::upper_bound(begin, features_.end(), *begin);
      const Part part = begin->second;
      const bool counts = part == header_words || part == body_words;
      const double value = counts ? 1 + std::log(static_cast<double>(end - begin)) : 1;
      squares[part] += value * value;
      parts.push_back(part);
      bag.emplace_back(begin->first, static_cast<float>(value));
      begin = end;
    }
    for (std::size_t i = 0; i < bag.size(); ++i)
      bag[i].second = static_cast<float>(bag[i].second / std::sqrt(squares[parts[i]]));
    return bag;
  }

 private:
  void add_words(const Field& field, std::uint64_t mark) {
    const Part part = field.is_body ? body_words : header_words;
    hashes_.clear();
    for (const std::string& word : field.words) {
      if (seen_[part]++ >= feature_limit) break;
      hashes_.push_back(mix(hash_text(mark, word)));
    }
    const std::size_t window = field.mark == structure_mark ? 1 : static_cast<std::size_t>(options_.window);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      put(hashes_[i], part, [&] { return field.mark + ":" + field.words[i]; });
      for (std::size_t d = 1; d < window && d <= i; ++d)
        put(mix(hashes_[i - d] * 31 + hashes_[i] * (2 * d + 1)), part, [&] {
          return field.mark + ":" + field.words[i - d] + (d > 1 ? " " + std::string(d - 1, '.') : "") + " " +
                 field.words[i];
        });
    }
  }

  void add_ngrams(const Field& field, std::uint64_t mark) {
    std::string text;
    for (const std::string& word : field.words)
      if (text.size() < field_limit) text += ' ' + word;
    const Part part = field.is_body ? body_ngrams : header_ngrams;
    const auto n = static_cast<std::size_t>(options_.ngram);
    std::size_t begin = 0;
    for (const std::string& word : field.words) {
      const std::size_t end = begin + 1 + word.size();
      for (; begin < end && begin + n <= text.size() && seen_[part]++ < feature_limit; ++begin)
        put(mix(hash_text(~mark, std::string_view(text).substr(begin, n))), part,
            [&] { return field.mark + ":" + word; });
    }
  }

  template <class Name>
  void put(std::uint64_t hash, Part part, Name name) {
    const auto feature = static_cast<std::int64_t>(hash >> (64 - options_.bits));
    features_.emplace_back(feature, part);
    if (names_) names_->try_emplace(feature, name());
  }

  const FeatureOptions& options_;
  FeatureNames* names_;
  std::size_t seen_[part_count] = {};  // words or n-grams
  std::vector<std::uint64_t> hashes_;
  std::vector<std::pair<std::int64_t, Part>> features_;
};

}  // namespace

nn::Bag features_of(const Mail& mail, const FeatureOptions& options, FeatureNames* names) {
  Collector collector(options, names);
  for (const Field& field : fields_of(mail, options.scope)) collector.add(field);
  return collector.finish();
}

}  // namespace tandem::examples::spam
