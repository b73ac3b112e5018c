#include "examples/support/spam/protocols.h"

#include <algorithm>
#include <set>

#include "autograd/create.h"
#include "autograd/error.h"
#include "examples/support/spam/statistics.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples::spam;

TEST_CASE("protocols: near duplicates lie in one fold, and folds are of one size", "[spam]") {
  std::vector<Index> groups;
  for (Index i = 0; i < 100; ++i) groups.push_back(i / 2 * 2);
  const std::vector<int> folds = deal_groups(groups, 5, 1);
  std::vector<int> sizes(5);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    CHECK(folds[i] == folds[static_cast<std::size_t>(groups[i])]);
    ++sizes[static_cast<std::size_t>(folds[i])];
  }
  CHECK(sizes == std::vector<int>(5, 20));
  CHECK(deal_groups(groups, 5, 1) == folds);
  CHECK(deal_groups(groups, 5, 2) != folds);
}

TEST_CASE("protocols: a share of the groups is held out, however few they are", "[spam]") {
  std::vector<Index> groups;
  for (Index i = 0; i < 60; ++i) groups.push_back(i / 2 * 2);
  for (const double share : {0.2, 0.5}) {
    const std::vector<bool> held_out = hold_out_groups(groups, share, 1);
    CHECK(static_cast<double>(std::count(held_out.begin(), held_out.end(), true)) == 60 * share);
    for (std::size_t i = 0; i < 60; i += 2) CHECK(held_out[i] == held_out[i + 1]);
  }
}

namespace {

/// Remembers what it was trained on, and gives everything the score 1.
struct Witness : Classifier {
  nn::Module nothing;
  std::set<std::int64_t> seen;

  void fit(const nn::Bags& bags, const std::vector<bool>&) override {
    const auto features = bags.indices.to_vector<std::int64_t>();
    seen = {features.begin(), features.end()};
  }
  Tensor log_odds(const nn::Bags& bags) override {
    for (const std::int64_t feature : bags.indices.to_vector<std::int64_t>()) CHECK_FALSE(seen.contains(feature));
    tested += bags.size();
    return tensor(std::vector<float>(static_cast<std::size_t>(bags.size()), 1.0f), {bags.size()});
  }
  nn::Module& module() override { return nothing; }
  models::Architecture architecture() const override { return {}; }
  Index tested = 0;
};

}  // namespace

TEST_CASE("protocols: nothing is tested that was trained on, and all is tested", "[spam]") {
  std::vector<nn::Bag> rows;
  std::vector<Index> groups;
  std::vector<bool> is_spam;
  for (Index i = 0; i < 40; ++i) {
    rows.push_back({{i, 1.0f}});
    groups.push_back(i);
    is_spam.push_back(i % 4 == 0);
  }
  const nn::Bags bags = nn::make_bags(rows);
  Witness witness;
  const Measured m{bags, is_spam, witness};
  const auto found = cross_validated_scores(m, deal_groups(groups, 4, 1));
  CHECK(witness.tested == 40);
  CHECK(found == std::vector<double>(40, 1.0));
  CHECK(count_errors(found, is_spam) == 30);

  const std::size_t errors = shuffled_errors(m, 3, 10, 1);
  CHECK(witness.tested == 70);
  CHECK((errors > 0 && errors < 30));
  CHECK_THROWS_AS(shuffled_errors(m, 1, 40, 1), ValueError);
  CHECK_THAT(error_after(m, deal_groups(groups, 4, 1), 5, 2, 1), WithinAbs(0.75, 0.3));
}
