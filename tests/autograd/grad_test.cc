// grad(), which gives gradients and stores none.

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/autograd/counting.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

TEST_CASE("grad: computes what is needed, and touches no grad()", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4});
  int left = 0, right = 0;
  const Tensor loss = sum(counted(a, left) * counted(b, right));
  const auto da = grad(loss, {a}, {.retain_graph = true});
  check_equal(da[0], b);
  CHECK(left == 1);
  CHECK(right == 0);
  CHECK_FALSE(a.grad().defined());
  CHECK_FALSE(b.grad().defined());
  const auto both = grad(loss, {b, a, b});
  check_equal(both[0], a);
  check_equal(both[1], b);
  check_equal(both[2], a);
}

TEST_CASE("grad: of results in the middle, and of the output itself", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * 3, loss = sum(square(y));
  const auto gradients = grad(loss, {y, loss});
  check_equal(gradients[0], tensor({6, 12}, DType::float64));
  CHECK(gradients[1].item() == 1);
}

TEST_CASE("grad: unused inputs", "[autograd]") {
  const Tensor a = leaf({1}), b = leaf({2});
  const Tensor inputs[] = {a, b}, loss = sum(square(a));
  CHECK_THROWS_MATCHES(grad(std::span(&loss, 1), inputs, {}, {.retain_graph = true}), GraphError,
                       Message("grad: the outputs do not depend on input 1\n"
                               "  hint: pass allow_unused = true"));
  const auto gradients = grad(std::span(&loss, 1), inputs, {}, {.allow_unused = true});
  check_equal(gradients[0], tensor({2}, DType::float64));
  CHECK_FALSE(gradients[1].defined());
  CHECK_THROWS_AS(grad(loss, {ones({1})}), GraphError);
}

TEST_CASE("grad: what lies behind its inputs can still be walked", "[autograd]") {
  const Tensor x = leaf({2});
  const Tensor h = square(x);
  const Tensor dh = grad(sum(square(h)), {h})[0];  // 2 x^2
  h.backward(dh);
  check_equal(x.grad(), tensor({4 * 8}, DType::float64));
}

TEST_CASE("grad: create_graph gives derivatives of every order", "[autograd]") {
  const Tensor x = leaf({0.5, -2});
  Tensor y = square(square(x));  // x^4
  const std::vector<std::vector<double>> expected = {{0.5, -32}, {3, 48}, {12, -48}, {24, 24}};
  for (const auto& values : expected) {
    y = grad(sum(y), {x}, {.create_graph = true})[0];
    check_close(y, tensor(values, {2}), 1e-14);
  }
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("grad: a third derivative through relu", "[autograd]") {
  const Tensor x = leaf({3});
  const auto derivative = [&x](const Tensor& y) { return sum(grad(y, {x}, {.create_graph = true})[0]); };
  const Tensor first = derivative(sum(square(relu(x))));                    // 2x
  const Tensor second = derivative(sum(square(first)) + sum(power(x, 3)));  // 8x + 3x^2
  check_equal(derivative(second), scalar(8 + 6 * 3, DType::float64));
}
