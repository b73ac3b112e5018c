#include "models/interval.h"

#include <cmath>

#include "autograd/error.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("wilson_interval: known values", "[models]") {
  // z^2/n = 2: the middle stays 1/2, the reach is 2/3 sqrt(1/8 + 1/4)
  const auto half = models::wilson_interval(1, 2, 2);
  CHECK_THAT(half.low, WithinAbs(0.5 - 2. / 3 * std::sqrt(0.125 + 0.25), 1e-15));
  CHECK_THAT(half.high, WithinAbs(0.5 + 2. / 3 * std::sqrt(0.125 + 0.25), 1e-15));
  const auto none = models::wilson_interval(0, 100, 2);
  CHECK_THAT(none.low, WithinAbs(0, 1e-15));
  CHECK_THAT(none.high, WithinAbs(4. / 104, 1e-15));  // z^2 / (n + z^2)
  const auto ninety = models::wilson_interval(90, 100);
  CHECK_THAT(ninety.low, WithinAbs(0.82563, 1e-5));  // R: prop.test(90, 100, correct = FALSE)
  CHECK_THAT(ninety.high, WithinAbs(0.94477, 1e-5));
  // Brown, Cai, DasGupta 2001: 0 of 10 and 5 of 10, to three digits
  CHECK_THAT(models::wilson_interval(5, 10).low, WithinAbs(0.2366, 5e-5));
  CHECK_THAT(models::wilson_interval(5, 10).high, WithinAbs(0.7634, 5e-5));
  CHECK(models::wilson_interval(0, 10).low == 0);
  CHECK_THAT(models::wilson_interval(0, 10).high, WithinAbs(0.2775, 5e-5));
}

TEST_CASE("wilson_interval: lies between 0 and 1, whatever rounding does", "[models]") {
  for (Index n = 1; n <= 500; ++n) {
    CHECK(models::wilson_interval(0, n).low >= 0);
    CHECK(models::wilson_interval(n, n).high <= 1);
  }
}

TEST_CASE("wilson_interval: refuses what is no share", "[models]") {
  CHECK_THROWS_AS(models::wilson_interval(3, 2), ValueError);
  CHECK_THROWS_AS(models::wilson_interval(0, 0), ValueError);
}

TEST_CASE("wilson_interval: refuses a z that is no number of deviations", "[models]") {
  for (const double z : {-1.0, std::nan(""), HUGE_VAL}) CHECK_THROWS_AS(models::wilson_interval(1, 2, z), ValueError);
  CHECK(models::wilson_interval(1, 2, 0).low == 0.5);
  CHECK(models::wilson_interval(1, 2, 0).high == 0.5);
}
