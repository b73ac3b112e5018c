#include "models/calibration.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;

namespace {

/// A label for each row, drawn from softmax(logits): a classifier with these logits is calibrated.
Tensor draw_labels(const Tensor& logits, Generator& generator) {
  return multinomial(softmax(logits), 1, generator).reshape({-1});
}

}  // namespace

TEST_CASE("calibration: NLL, Brier score and ECE by hand", "[models]") {
  const double third = std::log(3);  // softmax(log 3, 0) is (3/4, 1/4)
  const auto c = models::calibration(tensor({{third, 0}, {third, 0}, {0, third}, {0, 0}}, DType::float64),
                                     labels({0, 1, 1, 0}), 4);
  CHECK_THAT(c.nll, WithinAbs(-(std::log(0.75) + std::log(0.25) + std::log(0.75) + std::log(0.5)) / 4, 1e-15));
  CHECK_THAT(c.brier, WithinAbs((0.125 + 1.125 + 0.125 + 0.5) / 4, 1e-15));
  REQUIRE(c.bins.size() == 4);
  CHECK(c.bins[0].count == 0);
  CHECK(c.bins[0].accuracy == 0);  // and not the mean of nothing
  CHECK(c.bins[1].count == 1);     // (1/4, 1/2] holds 1/2
  CHECK(c.bins[2].count == 3);     // (1/2, 3/4] holds 3/4
  CHECK_THAT(c.bins[2].accuracy, WithinAbs(2. / 3, 1e-15));
  CHECK_THAT(c.ece, WithinAbs(0.25 * std::abs(1 - 0.5) + 0.75 * std::abs(2. / 3 - 0.75), 1e-15));
}

TEST_CASE("calibration: log p(x, y) far below 0 is as good as log p(y | x)", "[models]") {
  const Tensor logits = tensor({{1, 2, 0.5}, {0, 0, 3}}, DType::float64);
  const auto near = models::calibration(logits, labels({1, 0})),
             far = models::calibration(logits - 5000, labels({1, 0}));
  CHECK_THAT(far.nll, WithinRel(near.nll, 1e-12));
  CHECK_THAT(far.ece, WithinRel(near.ece, 1e-12));
}

TEST_CASE("fit_temperature: beside a prior that needs none", "[models]") {
  Generator generator(5);
  const std::vector<double> log_prior = {std::log(0.9), std::log(0.08), std::log(0.02)};
  const Tensor evidence = randn({20'000, 3}, DType::float64, generator) * 2;
  const Tensor labels = draw_labels(evidence + tensor(log_prior, {3}), generator);
  const double one = models::fit_temperature(evidence, labels, log_prior);
  CHECK_THAT(one, WithinAbs(1, 0.04));
  CHECK_THAT(models::fit_temperature(evidence * 5 - 700, labels, log_prior), WithinRel(5 * one, 1e-9));
  CHECK_THROWS_AS(models::fit_temperature(evidence, labels, {0.5, 0.5}), ValueError);
  CHECK_THROWS_AS(models::fit_temperature(evidence, labels, {0, 0, -HUGE_VAL}), ValueError);
}

TEST_CASE("fit_temperature: finds by how much logits were scaled", "[models]") {
  Generator generator(4);
  const Tensor honest = randn({20'000, 3}, DType::float64, generator) * 2;
  const Tensor labels = draw_labels(honest, generator);
  const double one = models::fit_temperature(honest, labels);
  CHECK_THAT(one, WithinAbs(1, 0.03));
  CHECK_THAT(models::fit_temperature(honest * 5, labels), WithinRel(5 * one, 1e-9));
  const auto boasting = models::calibration(honest * 5, labels),
             cooled = models::calibration(honest * (1 / one), labels);
  CHECK(boasting.ece > 0.1);
  CHECK(cooled.ece < 0.015);
  CHECK(cooled.nll < boasting.nll);
}

TEST_CASE("calibration: refuses what makes no sense", "[models]") {
  CHECK_THROWS_AS(models::calibration(zeros({2, 3}), labels({0, 3})), ValueError);
  CHECK_THROWS_AS(models::calibration(zeros({2, 3}), labels({0})), ShapeError);
  CHECK_THROWS_AS(models::calibration(zeros({1, 3}), labels({0}), 0), ValueError);
}

TEST_CASE("calibration: logits that are no numbers", "[models]") {
  const double nan = std::nan(""), inf = HUGE_VAL;
  for (const Tensor& logits : {tensor({{nan, 1}, {0, 3}}), tensor({{1, nan}, {0, 3}}), tensor({{inf, 1}, {0, 3}}),
                               tensor({{0, 1}, {-inf, -inf}})}) {
    CHECK_THROWS_AS(models::calibration(logits, labels({0, 1})), ValueError);
    CHECK_THROWS_AS(models::fit_temperature(logits, labels({0, 1})), ValueError);
  }
  // A class that cannot be changes nothing.
  const Tensor with = tensor({{2, 0, -inf}, {0, 1, -inf}, {1, 0, -inf}}), without = tensor({{2, 0}, {0, 1}, {1, 0}});
  const Tensor truth = labels({0, 0, 1});
  CHECK(models::fit_temperature(with, truth) == models::fit_temperature(without, truth));
  CHECK(models::calibration(with, truth).nll == models::calibration(without, truth).nll);
  // Nor does an image whose label cannot be: no temperature makes it more likely.
  const Tensor and_one_more = tensor({{2, 0}, {0, 1}, {1, 0}, {-inf, 0}});
  const double cooled = models::fit_temperature(without, labels({0, 1, 1}));
  CHECK(cooled < 100);
  CHECK(models::fit_temperature(and_one_more, labels({0, 1, 1, 0})) == cooled);
}

TEST_CASE("fit_temperature: where no temperature is better than another, it changes nothing", "[models]") {
  CHECK(models::fit_temperature(full({5, 3}, 2.5), labels({0, 1, 2, 0, 0})) == 1);
  CHECK(models::fit_temperature(zeros({3, 2}), labels({0, 1, 0}), {std::log(0.9), std::log(0.1)}) == 1);
  CHECK(models::fit_temperature(tensor({{3}, {4}}), labels({0, 0})) == 1);
  CHECK(models::fit_temperature(tensor({{3, 1}, {1, 4}}), labels({0, 1})) == 1);  // all right: the lower, the better
}
