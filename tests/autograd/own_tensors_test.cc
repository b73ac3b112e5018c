// Whose a tensor is: what is entered into the graph, what grad() returns, what may be exchanged.

#include "autograd/backward.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"
#include "tests/message_of.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("record: refuses what is in the graph already", "[autograd]") {
  const Tensor x = leaf({1});
  const auto reverse = [](const Tensor& dy) { return -dy; };
  CHECK_THAT(message_of<GraphError>([&] { return record("reverse", {x}, x, reverse); }),
             ContainsSubstring("reverse: the output is in the graph already") && ContainsSubstring("y.detach()"));
  CHECK(x.is_leaf());
  const Tensor y = record("reverse", {x}, x.detach(), reverse);
  CHECK(grad(y, {x})[0].item() == -1);
}

TEST_CASE("record: a plain tensor that an op hands on stays plain", "[autograd]") {
  const Tensor a = tensor({1, 2}, DType::float64), w = leaf({3, 4});
  const auto pass = [](const Tensor& dy) { return dy; };
  const Tensor y = record("keep", {a, w}, a, pass, pass);
  const Tensor z = record_list("keep", std::vector{a, w}, a, [](std::size_t, const Tensor& dy) { return dy; });
  CHECK_FALSE(a.requires_grad());
  CHECK(a.is_leaf());
  for (const Tensor& result : {y, z}) {
    CHECK(result.shares_storage(a));
    CHECK(grad(sum(result), {w})[0].to_vector<double>() == std::vector<double>{1, 1});
  }
}

TEST_CASE("grad: each result is the caller's own", "[autograd]") {
  const bool create_graph = GENERATE(false, true);
  const Tensor a = leaf({1, 2}), b = leaf({3, 4}), dy = tensor({5.0, 6.0}, DType::float64);
  const Tensor y = a + b;
  std::vector<Tensor> g = grad(std::span(&y, 1), std::vector{a, b}, std::span(&dy, 1), {.create_graph = create_graph});
  const NoGrad no_grad;
  g[0].mul_(10);
  CHECK(g[1].to_vector<double>() == std::vector<double>{5, 6});
  CHECK(dy.to_vector<double>() == std::vector<double>{5, 6});
}

TEST_CASE("grad: with a graph, whatever the caller's mode", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4}), y = sum(square(a + b));
  const NoGrad no_grad;
  for (const Tensor& g : grad(y, {a, b}, {.create_graph = true})) CHECK(g.requires_grad());
}

TEST_CASE("set_data: not of the result of an operation", "[autograd]") {
  Tensor y = leaf({1}) * 2;
  CHECK_THROWS_AS(y.set_data(tensor({1.0}, DType::float64)), GraphError);
  CHECK_FALSE(y.is_leaf());
}

TEST_CASE("register_hook: refuses what cannot be called", "[autograd]") {
  Tensor x = leaf({1});
  CHECK_THROWS_AS(x.register_hook({}), ValueError);
}
