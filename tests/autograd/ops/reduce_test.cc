#include "autograd/ops/reduce.h"

#include <cmath>
#include <limits>

#include "autograd/create.h"
#include "autograd/nan_guard.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("argmax, argmin: a NaN is passed over wherever it stands", "[autograd]") {
  CHECK(argmax(tensor({NAN, 1, 2})).item() == 2);
  CHECK(argmin(tensor({NAN, 1, NAN, 0})).item() == 3);
  CHECK(argmax(tensor({NAN, NAN})).item() == 0);
}

TEST_CASE("variance: of any correction below the number of elements", "[autograd]") {
  const Tensor x = tensor({1, 3}, DType::float64);
  CHECK(variance(x, {}, false, 0).item() == 1);
  CHECK(variance(x, {}, false, -2).item() == 0.5);
  CHECK_THAT(variance(x, {}, false, std::numeric_limits<Index>::min()).item(), WithinRel(0x1p-62, 1e-12));
}

TEST_CASE("max, min: denormal numbers share the gradient, as zeros do", "[autograd]") {
  Tensor x = tensor(std::vector<float>{1e-40f, 3e-41f}).requires_grad_();
  max(x).backward();
  check_equal(x.grad(), tensor({0.5, 0.5}));
  x.zero_grad();
  min(x).backward();
  check_equal(x.grad(), tensor({0.5, 0.5}));
}

TEST_CASE("max, min: NanGuard names the one that puts an infinity out", "[autograd]") {
  const NanGuard guard;
  const Tensor x = tensor({-HUGE_VAL, HUGE_VAL});
  CHECK_THAT(message_of<NotFiniteError>([&] { max(x); }), ContainsSubstring("max: the result"));
  CHECK_THAT(message_of<NotFiniteError>([&] { min(x); }), ContainsSubstring("min: the result"));
}
