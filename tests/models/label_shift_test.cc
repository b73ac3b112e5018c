#include "models/label_shift.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;

namespace {

/// log p(x, y) of points on a line, two classes N(-1, 1) and N(1, 1), of which the second has the given
/// share.
Tensor log_joint_of_draws(Index n, double share, const std::vector<double>& prior, Generator& generator) {
  const Tensor noise = randn({n}, DType::float64, generator);
  Tensor logits({n, 2}, DType::float64);
  for (Index i = 0; i < n; ++i) {
    const double x = noise.data<double>()[i] + (generator.uniform() < share ? 1 : -1);
    for (Index y = 0; y < 2; ++y) {
      const double distance = x - static_cast<double>(2 * y - 1);
      logits.mutable_data<double>()[2 * i + y] = std::log(prior[static_cast<std::size_t>(y)]) - distance * distance / 2;
    }
  }
  return logits;
}

}  // namespace

TEST_CASE("swap_prior: is Bayes' rule", "[models]") {
  const Tensor p =
      softmax(models::swap_prior(tensor({{std::log(0.8), std::log(0.2)}}, DType::float64), {0.8, 0.2}, {0.5, 0.5}));
  test::check_close(p, tensor({{0.5, 0.5}}, DType::float64), 1e-14);
  const Tensor logits = randn({4, 3});
  test::check_close(models::swap_prior(models::swap_prior(logits, {0.2, 0.3, 0.5}, {0.6, 0.1, 0.3}), {0.6, 0.1, 0.3},
                                       {0.2, 0.3, 0.5}),
                    logits, 1e-5, 1e-6);
}

TEST_CASE("estimate_prior: finds the shares of unlabelled examples", "[models]") {
  Generator generator(6);
  const std::vector<double> from = {0.9, 0.1};
  const double share = GENERATE(0.1, 0.5, 0.85);
  const Tensor logits = log_joint_of_draws(40'000, share, from, generator);
  const auto prior = models::estimate_prior(logits, from);
  CHECK_THAT(prior[1], WithinAbs(share, 0.015));
  const Tensor one_round_more = mean(softmax(models::swap_prior(logits, from, prior)), {0});
  CHECK_THAT(prior[1], WithinAbs(one_round_more[1].item(), 1e-6));
  CHECK_THAT(prior[0] + prior[1], WithinAbs(1, 1e-9));
}

TEST_CASE("label_shares: counts, smoothed", "[models]") {
  CHECK(models::label_shares(labels({0, 2, 2}), 3, 0) == std::vector<double>{1. / 3, 0, 2. / 3});
  CHECK(models::label_shares(labels({0, 2, 2}), 3) == std::vector<double>{2. / 6, 1. / 6, 3. / 6});
  CHECK_THROWS_AS(models::label_shares(labels({3}), 3), ValueError);
  CHECK_THROWS_AS(models::label_shares(labels({}), -1), ValueError);
}

TEST_CASE("label shift: refuses what is no prior", "[models]") {
  CHECK_THROWS_AS(models::swap_prior(zeros({1, 2}), {0.5, 0.5}, {1, 0}), ValueError);
  CHECK_THROWS_AS(models::swap_prior(zeros({1, 2}), {1}, {0.5, 0.5}), ValueError);
  CHECK_THROWS_AS(models::estimate_prior(zeros({1, 2}), {0.5, 0.5}, 0), ValueError);
}

TEST_CASE("label shift: refuses what would only give NaN", "[models]") {
  const double nan = std::nan(""), inf = HUGE_VAL;
  for (const Tensor& logits : {tensor({{0, 1}, {nan, 1}}), tensor({{0, 1}, {inf, 1}}), tensor({{0, 1}, {-inf, -inf}})})
    CHECK_THAT(test::message_of<ValueError>([&] {
                 models::estimate_prior(logits, {0.5, 0.5});
               }),
               ContainsSubstring("estimate_prior"));
  CHECK(models::estimate_prior(tensor({{0, 1, -inf}}), {0.3, 0.3, 0.4})[2] == 1e-6);
  const Tensor none({0}, DType::int64);
  CHECK_THROWS_AS(models::label_shares(none, 3, 0), ValueError);
  CHECK_THROWS_AS(models::label_shares(labels({0}), 3, nan), ValueError);
  CHECK_THROWS_AS(models::label_shares(labels({0}), 3, -0.1), ValueError);
  CHECK(models::label_shares(none, 4) == std::vector<double>(4, 0.25));
}
