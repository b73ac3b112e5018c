#include "nn/metrics.h"

#include "autograd/create.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("correct_predictions: rows whose largest logit is that of the label", "[nn]") {
  const Tensor logits = tensor({{1, 0, -1}, {0, 5, 6}, {0, 2, 1}});
  CHECK(nn::correct_predictions(logits, labels({0, 2, 0})) == 2);
  CHECK_THROWS_AS(nn::correct_predictions(logits, labels({0, 2})), ShapeError);
}

TEST_CASE("confusion_counts: rows are true classes, columns predicted ones", "[nn]") {
  const Tensor truth = labels({0, 0, 2, 0, 2}), seen = labels({0, 1, 2, 1, 0});
  const Tensor counts = nn::confusion_counts(truth, seen, 3);
  CHECK(counts.dtype() == DType::int64);
  CHECK(counts.shape() == Shape{3, 3});
  CHECK(counts.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 2, 0, 0, 0, 0, 1, 0, 1});
  CHECK_THROWS_AS(nn::confusion_counts(truth, seen, 2), ValueError);
  CHECK_THROWS_AS(nn::confusion_counts(seen, labels({0, 1, 0, 1, -1}), 3), ValueError);
  CHECK_THROWS_AS(nn::confusion_counts(truth, labels({0, 1}), 3), ShapeError);
  CHECK_THROWS_AS(nn::confusion_counts(truth, ones({5}), 3), DTypeError);
}
