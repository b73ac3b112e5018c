#include "models/log_mean_exp.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;
using models::LogMeanExp;

TEST_CASE("log_mean_exp: known values, however the rows come", "[models]") {
  const Tensor rows = tensor({{-1000, 0, 3}, {-1001, 700, 3}, {-1002, -5, 3}}, DType::float64);
  const double expected[] = {-1000 + std::log((1 + std::exp(-1.0) + std::exp(-2.0)) / 3), 700 - std::log(3.0), 3};
  LogMeanExp at_once(3), in_turn(3);
  at_once.add(rows);
  for (Index i = 3; i-- > 0;) in_turn.add(rows[i]);
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK_THAT(at_once.log_mean_exp()[j], WithinRel(expected[j], 1e-15));
    CHECK_THAT(in_turn.log_mean_exp()[j], WithinRel(expected[j], 1e-15));
  }
  CHECK(in_turn.mean() == std::vector<double>{-1001, 695.0 / 3, 3});
}

TEST_CASE("log_mean_exp: a million equal terms lose no digits", "[models]") {
  LogMeanExp stream(1);
  for (int i = 0; i < 1000; ++i) stream.add(full({1000, 1}, -86.5));
  CHECK_THAT(stream.log_mean_exp()[0], WithinRel(-86.5, 1e-15));
}

TEST_CASE("log_mean_exp: weights of 0, and what is not a number, come through", "[models]") {
  const double inf = std::numeric_limits<double>::infinity();
  LogMeanExp stream(3);
  stream.add(tensor({{-inf, -inf, NAN}, {-inf, 0, 1}}, DType::float64));
  CHECK(stream.log_mean_exp()[0] == -inf);
  CHECK_THAT(stream.log_mean_exp()[1], WithinRel(-std::log(2.0), 1e-15));
  CHECK(std::isnan(stream.log_mean_exp()[2]));
}
