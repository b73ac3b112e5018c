#include "models/roc.h"

#include <cmath>
#include <vector>

#include "autograd/random.h"
#include "tests/catch.h"

using namespace tandem;
using Scores = std::vector<double>;

TEST_CASE("auroc: known scores, exactly", "[models]") {
  CHECK(models::auroc(Scores{1, 2}, Scores{3, 4}) == 1);
  CHECK(models::auroc(Scores{3, 4}, Scores{1, 2}) == 0);
  CHECK(models::auroc(Scores{1, 1, 1}, Scores{1, 1}) == 0.5);
  CHECK(models::auroc(Scores{1, 2, 3}, Scores{2}) == 0.5);
  CHECK(models::auroc(Scores{0.1, 0.4}, Scores{0.35, 0.8}) == 0.75);  // scikit-learn's example of roc_auc_score
  CHECK(models::auroc(Scores{-HUGE_VAL, 0}, Scores{0, HUGE_VAL}) == 0.875);
}

TEST_CASE("auroc: equals the share of pairs in order, ties half", "[models]") {
  Generator generator(2);
  Scores negatives, positives;
  for (int i = 0; i < 60; ++i) negatives.push_back(static_cast<double>(generator.below(20)));
  for (int i = 0; i < 40; ++i) positives.push_back(static_cast<double>(generator.below(20) + 3));
  double pairs = 0;
  for (const double n : negatives)
    for (const double p : positives) pairs += p > n ? 1 : p == n ? 0.5 : 0;
  CHECK_THAT(models::auroc(negatives, positives), WithinAbs(pairs / 2400, 1e-15));
}

TEST_CASE("auroc: refuses empty sets and NaN", "[models]") {
  CHECK_THROWS_WITH(models::auroc(Scores{}, Scores{1}), ContainsSubstring("without scores"));
  CHECK_THROWS_WITH(models::auroc(Scores{1}, Scores{std::nan("")}), ContainsSubstring("NaN"));
}
