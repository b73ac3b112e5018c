#include "models/judge.h"

#include <cmath>

#include "autograd/ops/loss.h"
#include "autograd/random.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "tests/check.h"
#include "tests/models/examples.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("judge: overfits 32 examples, and its logits are linear in its features", "[models]") {
  manual_seed(3);
  const auto [x, y] = Examples(4);
  models::Judge judge({.inputs = 36, .hidden = {32, 8}, .classes = 4});
  optim::Adam optimizer(judge.parameters(), {.lr = 1e-2});
  for (int step = 0; step < 200; ++step) {
    optimizer.zero_grad();
    cross_entropy(judge(x), y).backward();
    optimizer.step();
  }
  CHECK(nn::correct_predictions(judge(x), y) == 32);
  CHECK(judge.features(x).shape() == Shape{32, 8});

  const auto own = judge.verdict(x, y, x);  // real images judged against themselves
  CHECK(own.agreement == 1);
  CHECK(own.precision == 1);
  CHECK(own.recall == 1);
  CHECK_THAT(own.frechet_distance, WithinAbs(0, 1e-6));
  CHECK(own.histogram == std::vector<double>(4, 0.25));

  const auto noise = judge.verdict(uniform({32, 36}), {}, x);
  CHECK(std::isnan(noise.agreement));
  CHECK(noise.frechet_distance > own.frechet_distance + 0.1);
}

TEST_CASE("judge: needs a hidden layer", "[models]") {
  CHECK_THROWS_WITH(models::Judge({.hidden = {}}), ContainsSubstring("no hidden layer"));
}
