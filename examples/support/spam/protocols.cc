#include "examples/support/spam/protocols.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "autograd/random.h"
#include "examples/support/spam/statistics.h"

namespace tandem::examples::spam {
namespace {

std::vector<bool> labels_of(const Measured& m, const std::vector<Index>& indices) {
  std::vector<bool> labels;
  for (const Index index : indices) labels.push_back(m.is_spam[static_cast<std::size_t>(index)]);
  return labels;
}

std::vector<Index> shuffled(std::vector<Index> indices, Generator& generator) {
  for (std::size_t i = indices.size(); i > 1; --i) std::swap(indices[i - 1], indices[generator.below(i)]);
  return indices;
}

/// The numbers of the groups, each once, in random order.
std::vector<Index> shuffled_groups(const std::vector<Index>& groups, std::uint64_t seed) {
  const std::set<Index> distinct(groups.begin(), groups.end());
  Generator generator(seed);
  return shuffled({distinct.begin(), distinct.end()}, generator);
}

/// The indices in fold `fold`, and all others.
std::pair<std::vector<Index>, std::vector<Index>> split(const std::vector<int>& folds, int fold) {
  std::pair<std::vector<Index>, std::vector<Index>> parts;
  for (std::size_t i = 0; i < folds.size(); ++i)
    (folds[i] == fold ? parts.first : parts.second).push_back(static_cast<Index>(i));
  return parts;
}

}  // namespace

std::vector<int> deal_groups(const std::vector<Index>& groups, int parts, std::uint64_t seed) {
  std::map<Index, int> part;
  int next = 0;
  for (const Index group : shuffled_groups(groups, seed)) part[group] = next++ % parts;
  std::vector<int> result;
  for (const Index group : groups) result.push_back(part[group]);
  return result;
}

std::vector<bool> hold_out_groups(const std::vector<Index>& groups, double share, std::uint64_t seed) {
  std::vector<Index> chosen = shuffled_groups(groups, seed);
  chosen.resize(static_cast<std::size_t>(std::lround(share * static_cast<double>(chosen.size()))));
  const std::set<Index> held_out(chosen.begin(), chosen.end());
  std::vector<bool> result;
  for (const Index group : groups) result.push_back(held_out.contains(group));
  return result;
}

std::vector<double> fit_and_score(const Measured& m, const std::vector<Index>& train, const std::vector<Index>& test) {
  fit(m.classifier, m.bags.subset(train), labels_of(m, train));
  return scores(m.classifier, m.bags.subset(test));
}

std::vector<double> cross_validated_scores(const Measured& m, const std::vector<int>& folds) {
  std::vector<double> all(folds.size());
  for (int fold = 0; fold <= *std::max_element(folds.begin(), folds.end()); ++fold) {
    const auto [test, train] = split(folds, fold);
    const std::vector<double> found = fit_and_score(m, train, test);
    for (std::size_t i = 0; i < test.size(); ++i) all[static_cast<std::size_t>(test[i])] = found[i];
  }
  return all;
}

std::size_t shuffled_errors(const Measured& m, int shuffles, std::size_t tested, std::uint64_t seed) {
  std::vector<Index> all(m.is_spam.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Index>(i);
  if (tested >= all.size())
    throw_value_error("shuffled_errors", "of " + std::to_string(all.size()) + " messages " + std::to_string(tested) +
                                             " are to be tested, and none is left to train on");
  Generator generator(seed);
  std::size_t errors = 0;
  for (int i = 0; i < shuffles; ++i) {
    const std::vector<Index> order = shuffled(all, generator);
    const auto middle = order.end() - static_cast<std::ptrdiff_t>(tested);
    const std::vector<Index> test(middle, order.end());
    errors += count_errors(fit_and_score(m, {order.begin(), middle}, test), labels_of(m, test));
  }
  return errors;
}

double error_after(const Measured& m, const std::vector<int>& folds, std::size_t mails, int repetitions,
                   std::uint64_t seed) {
  const auto [test, rest] = split(folds, 0);
  Generator generator(seed);
  std::size_t errors = 0;
  for (int i = 0; i < repetitions; ++i) {
    std::vector<Index> train = shuffled(rest, generator);
    train.resize(std::min(train.size(), mails));
    errors += count_errors(fit_and_score(m, train, test), labels_of(m, test));
  }
  return static_cast<double>(errors) / static_cast<double>(repetitions * static_cast<int>(test.size()));
}

}  // namespace tandem::examples::spam
