#include "examples/support/training/meter.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"

using namespace tandem;
using examples::figure_text;

TEST_CASE("meter: figures for people, of which nan has no sign", "[programs]") {
  CHECK(figure_text(0.12345) == "0.1235");
  CHECK(figure_text(-98.765, 2) == "-98.77");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(figure_text(std::copysign(nan, -1.0)) == "nan");
  CHECK(figure_text(-std::numeric_limits<double>::infinity()) == "-inf");
}
