#include "examples/support/spam/statistics.h"

#include "autograd/error.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples::spam;

TEST_CASE("statistics: the threshold lets through the wanted share of ham", "[spam]") {
  const std::vector<double> scores{1, 2, 3, 4, 2.5, 5};
  const std::vector<bool> is_spam{false, false, false, false, true, true};
  CHECK(threshold_for(scores, is_spam, 0) == 4);
  CHECK(threshold_for(scores, is_spam, 0.25) == 3);
  CHECK(threshold_for(scores, is_spam, 0.3) == 3);
  CHECK(threshold_for(scores, is_spam, 0.5) == 2);
  CHECK(recall_above(scores, is_spam, 4).rate() == 0.5);
  CHECK(recall_above(scores, is_spam, 2).rate() == 1);
  CHECK(count_errors(scores, is_spam, 3) == 2);
  CHECK_THROWS_AS(threshold_for({1}, {true}, 0), ValueError);
  CHECK_THROWS_AS(threshold_for(scores, is_spam, 1), ValueError);
}
