// backward() and grad() through what an earlier call has freed: an error, never a wrong gradient.

#include "autograd/backward.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("freed graph: by a hook, in the middle of backward()", "[autograd]") {
  const Tensor x = leaf({1, 2});
  Tensor y = x * 3;
  const Tensor other = sum(y * 5);
  bool done = false;
  y.register_hook([&](const Tensor& dy) {
    if (!std::exchange(done, true)) grad(other, {x});
    return dy;
  });
  CHECK_THROWS_AS(sum(y).backward(), GraphError);
}

TEST_CASE("freed graph: beside the way to the input it does not matter, whichever was made first", "[autograd]") {
  const bool input_first = GENERATE(false, true);
  Tensor early = leaf({3}), a = leaf({1}), h = exp(a);
  sum(h).backward();
  Tensor late = leaf({3});
  const Tensor& b = input_first ? early : late;
  const Tensor y = sum(h * b);
  CHECK(grad(y, {b}, {.retain_graph = true})[0].item() == Approx(std::exp(1.0)));
  CHECK_THROWS_AS(grad(y, {a}), GraphError);
  CHECK_THROWS_AS(y.backward(), GraphError);
}

TEST_CASE("freed graph: a refused backward() adds to no gradient", "[autograd]") {
  Tensor x = leaf({1}), y = x * 2;
  y.retain_grad();
  y.backward();
  CHECK_THROWS_AS(y.backward(), GraphError);
  CHECK(y.grad().item() == 1);
}

TEST_CASE("freed graph: grad() up to the result of a freed op", "[autograd]") {
  Tensor a = leaf({1}), h = exp(a);
  sum(h).backward();
  CHECK(grad(sum(h * 2), {h})[0].item() == 2);
}
