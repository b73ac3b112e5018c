#include "autograd/graph.h"

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

namespace {

/// An op as a user of the library would write it: y = x^3, with derivatives of every order.
Tensor cube(const Tensor& x) {
  return record("cube", {x}, x.detach() * x.detach() * x.detach(),
                [x = Saved(x)](const Tensor& dy) { return dy * (3 * square(*x)); });
}

/// The same from its output: dy/dx = 3 y / x.
Tensor cube_by_output(const Tensor& x) {
  return record("cube", {x}, x.detach() * x.detach() * x.detach(),
                [x = Saved(x)](const Tensor& y, const Tensor& dy) { return dy * (3 * y / *x); });
}

}  // namespace

TEST_CASE("graph: what is recorded", "[autograd]") {
  const Tensor plain = ones({2}), x = ones({2}).requires_grad_();
  CHECK_FALSE((plain + plain).requires_grad());
  CHECK((plain + x).requires_grad());
  CHECK(x.is_leaf());
  CHECK(plain.is_leaf());
  CHECK_FALSE((plain + x).is_leaf());
  CHECK_FALSE((plain + x).detach().requires_grad());
  CHECK_FALSE(x.clone().requires_grad());
  const Tensor y = x * plain;
  CHECK(std::string(y.node()->name()) == "multiply");
  CHECK(y.node()->inputs()[0] == x.node());
  CHECK_FALSE(y.node()->inputs()[1]);
  CHECK(y.node()->number() > x.node()->number());
}

TEST_CASE("graph: NoGrad nests, and ends with its scope", "[autograd]") {
  const Tensor x = ones({2}).requires_grad_();
  CHECK(grad_enabled());
  {
    const NoGrad outer;
    CHECK_FALSE((x * 2).requires_grad());
    {
      const NoGrad inner;
      CHECK_FALSE(grad_enabled());
    }
    CHECK_FALSE(grad_enabled());
    {
      const GradMode recording(true);
      CHECK((x * 2).requires_grad());
    }
    CHECK_FALSE((x * 2).requires_grad());
  }
  CHECK((x * 2).requires_grad());
  try {
    const NoGrad scope;
    throw std::runtime_error("left by an exception");
  } catch (const std::runtime_error&) {
  }
  CHECK(grad_enabled());
}

TEST_CASE("graph: a user's own op", "[autograd]") {
  check_gradient([](const auto& t) { return cube(t[0]); }, {tensor({-1.5, 0.5, 2})});
  check_gradient([](const auto& t) { return cube_by_output(t[0]); }, {tensor({-1.5, 0.5, 2})});
}

TEST_CASE("graph: only wanted gradients are computed, unwanted captures dropped at once", "[autograd]") {
  int for_a = 0, for_b = 0;
  const auto token = std::make_shared<int>();
  const Tensor a = leaf({1, 2}), b = tensor({3, 4}, DType::float64);
  const Tensor y = record(
      "product", {a, b}, a.detach() * b, [&for_a, b](const Tensor& dy) { return ++for_a, dy * b; },
      [&for_b, a, token](const Tensor& dy) { return ++for_b, dy * a; });
  CHECK(token.use_count() == 1);
  y.backward(ones_like(y));
  CHECK(for_a == 1);
  CHECK(for_b == 0);
  check_equal(a.grad(), b);
}

TEST_CASE("graph: hooks", "[autograd]") {
  Tensor x = leaf({1, 2});
  Tensor y = x * 3;
  std::vector<double> seen;
  const auto id = y.register_hook([&](const Tensor& dy) -> Tensor {
    seen = dy.to_vector<double>();
    return {};  // leaves the gradient as it is
  });
  SECTION("see the gradient") {
    sum(y * 5).backward();
    CHECK(seen == std::vector<double>{5, 5});
    check_equal(x.grad(), tensor({15, 15}, DType::float64));
  }
  SECTION("replace it, one after the other") {
    y.register_hook([](const Tensor& dy) { return dy * 2; });
    y.register_hook([](const Tensor& dy) { return dy + 1; });
    sum(y * 5).backward();
    check_equal(x.grad(), tensor({33, 33}, DType::float64));
  }
  SECTION("on a leaf act once, on the whole gradient") {
    int calls = 0;
    x.register_hook([&](const Tensor& dy) { return ++calls, dy / 10; });
    (sum(y) + sum(square(x))).backward();
    CHECK(calls == 1);
    check_close(x.grad(), tensor({0.5, 0.7}, DType::float64), 1e-15);
  }
  SECTION("can be removed") {
    y.remove_hook(id);
    sum(y).backward();
    CHECK(seen.empty());
  }
  SECTION("may remove themselves, and add others for the next time") {
    int calls = 0;
    std::size_t own = 0;
    own = y.register_hook([&](const Tensor& dy) {
      ++calls;
      y.remove_hook(own);
      for (int i = 0; i < 10; ++i) y.register_hook([](const Tensor&) { return Tensor(); });
      return dy * 2;
    });
    sum(y).backward({}, {.retain_graph = true});
    sum(y).backward();
    CHECK(calls == 1);
    check_equal(x.grad(), tensor({9, 9}, DType::float64));
  }
  SECTION("must keep the shape") {
    y.register_hook([](const Tensor&) { return zeros({3}, DType::float64); });
    CHECK_THROWS_MATCHES(sum(y).backward(), ShapeError,
                         Message("gradient hook: gradient is [2] but returned is [3]\n"
                                 "  rule: a hook returns a gradient of the same shape"));
  }
}

TEST_CASE("graph: a hook keeps the type", "[autograd]") {
  Tensor x = leaf({1, 2});
  x.register_hook([](const Tensor& dy) { return dy.to(DType::float32); });
  CHECK_THROWS_AS(sum(x).backward(), DTypeError);
}

TEST_CASE("requires_grad_: a gradient is put aside, not lost", "[autograd]") {
  Tensor x = leaf({1});
  int calls = 0;
  x.register_hook([&calls](const Tensor&) { return ++calls, Tensor(); });
  sum(x * 2).backward();
  x.requires_grad_(false);
  CHECK_FALSE(x.grad().defined());
  x.requires_grad_();
  sum(x * 3).backward();
  check_equal(x.grad(), tensor({5}, DType::float64));
  CHECK(calls == 2);
  x.requires_grad_(false);
  x.zero_grad();
  CHECK_FALSE(x.requires_grad_().grad().defined());
}

TEST_CASE("graph: misuse is told", "[autograd]") {
  Tensor undefined, plain = ones({2}), x = leaf({1, 2}), y = x * 2;
  CHECK_THROWS_MATCHES(undefined.shape(), GraphError,
                       Message("tensor: undefined\n  hint: a Tensor default-constructed or moved from, or a grad() "
                               "before backward(), or of what an operation returned without retain_grad()"));
  CHECK_THROWS_AS(undefined + plain, Error);
  CHECK_FALSE(undefined.requires_grad());
  CHECK_FALSE(x.grad().defined());
  CHECK_THROWS_MATCHES(y.requires_grad_(), GraphError,
                       Message("requires_grad_: x, of shape [2], is the result of an operation\n"
                               "  hint: detach() it first, or use retain_grad()"));
  CHECK_THROWS_AS(labels({1}).requires_grad_(), DTypeError);
  CHECK_THROWS_AS(plain.retain_grad(), GraphError);
  CHECK_THROWS_AS(plain.register_hook({}), GraphError);
  CHECK_THROWS_AS(plain.set_grad(ones({2})), GraphError);
  CHECK_THROWS_AS(x.set_grad(ones({3}, DType::float64)), ShapeError);
  CHECK_THROWS_AS(x.set_grad(ones({2})), DTypeError);
  CHECK_FALSE(x.requires_grad_(false).requires_grad());
}
