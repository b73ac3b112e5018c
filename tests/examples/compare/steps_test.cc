#include "examples/support/compare/steps.h"

#include "tests/catch.h"

using namespace tandem::examples::compare;

TEST_CASE("steps: none is begun that is not listed, for a new run would not remove what it left", "[compare]") {
  Steps steps(/*quiet=*/true);
  CHECK_THROWS_AS(steps.begin("train another"), std::out_of_range);
}
