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

TEST_CASE("max, min: denormal numbers share the gradient, as zeros do", "[autograd]") {
  Tensor x = tensor(std::vector<float>{1e-40f, 3e-41f}).requires_grad_();
  max(x).backward();
  check_equal(x.grad(), tensor({0.5, 0.5}));
  x.zero_grad();
  min(x).backward();
  check_equal(x.grad(), tensor({0.5, 0.5}));
}
