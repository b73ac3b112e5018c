#include "autograd/ops/arithmetic.h"

#include "autograd/create.h"
#include "autograd/ops/reduce.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("power: no gradient for the exponent of what is not above 0", "[autograd]") {
  const Tensor b = tensor({-1, 1.0 / 3, 2}).requires_grad_();
  sum(power(tensor({0, -8, 0}), b)).backward();
  check_equal(b.grad(), tensor({0, 0, 0}));
}
