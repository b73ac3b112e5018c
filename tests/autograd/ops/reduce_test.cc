#include "autograd/ops/reduce.h"

#include <cmath>

#include "autograd/create.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("argmax, argmin: a NaN is passed over wherever it stands", "[autograd]") {
  CHECK(argmax(tensor({NAN, 1, 2})).item() == 2);
  CHECK(argmin(tensor({NAN, 1, NAN, 0})).item() == 3);
  CHECK(argmax(tensor({NAN, NAN})).item() == 0);
}
