#include "examples/support/spam/features.h"

#include <algorithm>
#include <cmath>

#include "examples/support/spam/hash.h"

namespace tandem::examples::spam {
namespace {

constexpr std::size_t word_limit = 200'000;

class Collector {
 public:
  Collector(const FeatureOptions& options, FeatureNames* names) : options_(options), names_(names) {}

  void add(const Field& field) {
    const std::uint64_t mark = hash_text(mix(options_.seed), field.mark);
    hashes_.clear();
    is_body_ = field.is_body;
    for (const std::string& word : field.words) {
      if (words_++ == word_limit) break;
      hashes_.push_back(mix(hash_text(mark, word)));
    }
    const std::size_t window = field.mark == "mark" ? 1 : static_cast<std::size_t>(options_.window);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      put(hashes_[i], [&] { return field.mark + ":" + field.words[i]; });
      for (std::size_t d = 1; d < window && d <= i; ++d)
        put(mix(hashes_[i - d] * 31 + hashes_[i] * (2 * d + 1)), [&] {
          return field.mark + ":" + field.words[i - d] + (d > 1 ? " " + std::string(d - 1, '.') : "") + " " +
                 field.words[i];
        });
    }
  }

  nn::Bag finish() {
    std::sort(features_.begin(), features_.end());
    nn::Bag bag;
    std::vector<bool> is_body;
    double squares[2] = {};
    for (auto begin = features_.begin(); begin != features_.end();) {
      const auto end = std::upper_bound(begin, features_.end(), *begin);
      const double value = 1 + std::log(static_cast<double>(end - begin));
      squares[begin->second] += value * value;
      is_body.push_back(begin->second);
      bag.emplace_back(begin->first, static_cast<float>(value));
      begin = end;
    }
    for (std::size_t i = 0; i < bag.size(); ++i)
      bag[i].second = static_cast<float>(bag[i].second / std::sqrt(squares[is_body[i]]));
    return bag;
  }

 private:
  template <class Name>
  void put(std::uint64_t hash, Name name) {
    const auto feature = static_cast<std::int64_t>(hash >> (64 - options_.bits));
    features_.emplace_back(feature, is_body_);
    if (names_) names_->try_emplace(feature, name());
  }

  const FeatureOptions& options_;
  FeatureNames* names_;
  std::size_t words_ = 0;
  std::vector<std::uint64_t> hashes_;
  bool is_body_ = false;
  std::vector<std::pair<std::int64_t, bool>> features_;  ///< and whether it is of the body
};

}  // namespace

nn::Bag features_of(const Mail& mail, const FeatureOptions& options, FeatureNames* names) {
  Collector collector(options, names);
  for (const Field& field : fields_of(mail, options.scope)) collector.add(field);
  return collector.finish();
}

}  // namespace tandem::examples::spam
