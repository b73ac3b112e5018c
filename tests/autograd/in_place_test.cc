// What may not be changed in place, and numbers that were changed since they were captured.

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

namespace {

enum BagArgument { indices_, offsets_, weights_, table_ };

/// Whether embedding_bag's gradient for the table, or for the weights, is refused once an argument was changed: to
/// something that makes sense too, so that nothing else refuses it.
bool refuses_change(BagArgument gradient_of, BagArgument changed) {
  Tensor arguments[] = {labels({0, 1}), labels({0, 1, 2}), tensor({5, 6}), tensor({{1, 2}, {3, 4}})};
  const Tensor others[] = {labels({1, 0}), labels({0, 2, 2}), tensor({7, 8}), tensor({{5, 6}, {7, 8}})};
  arguments[gradient_of].requires_grad_();
  const Tensor y = sum(embedding_bag(arguments[table_], arguments[indices_], arguments[offsets_], arguments[weights_]));
  {
    const NoGrad no_grad;
    arguments[changed].copy_(others[changed]);
  }
  try {
    y.backward();
  } catch (const GraphError&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("in place: whatever a gradient of embedding_bag needs may not be changed", "[autograd]") {
  for (const BagArgument gradient_of : {table_, weights_})
    for (const BagArgument changed : {indices_, offsets_, weights_, table_}) {
      INFO("gradient " << gradient_of << ", changed " << changed);
      CHECK(refuses_change(gradient_of, changed) ==
            (changed != gradient_of));  // it needs all but the values themselves
    }
}

TEST_CASE("graph: tensors in the graph are not modified in place", "[autograd]") {
  Tensor x = leaf({1, 2});
  CHECK_THROWS_MATCHES(x.mul_(2), GraphError,
                       Message("mul_: x, of shape [2], is in the graph and may not be modified in place\n"
                               "  hint: use the operation without the underscore, or a NoGrad scope to update a "
                               "parameter"));
  CHECK_THROWS_AS(x.fill_(0), GraphError);
  CHECK_THROWS_AS(x.add_(x), GraphError);
  CHECK_THROWS_AS(x.copy_(x), GraphError);
  CHECK_THROWS_AS(x.clamp_(0, 1), GraphError);
  Tensor y = x * 2;
  CHECK_THROWS_AS(y.mul_(2), GraphError);
  check_equal(x, tensor({1, 2}, DType::float64));
  const NoGrad updating;
  check_equal(x.mul_(2), tensor({2, 4}, DType::float64));
}

TEST_CASE("graph: a saved tensor that was modified is found out", "[autograd]") {
  Tensor x = leaf({1, 2});
  SECTION("an input") {
    const Tensor loss = sum(square(x));
    const std::uint64_t version = x.version();
    {
      const NoGrad updating;
      x.mul_(2);
    }
    CHECK_THROWS_MATCHES(
        loss.backward(), GraphError,
        Message("backward: a tensor of shape [2] that was saved to compute a gradient has been modified in place "
                "since\n  rule: version " +
                std::to_string(version) + " was saved, version " + std::to_string(version + 1) +
                " found\n  hint: modify a clone(), or after backward()"));
  }
  SECTION("an output, through a detached handle") {
    const Tensor y = exp(x);
    y.detach().mul_(2);
    CHECK_THAT(message_of<GraphError>([&] { sum(y).backward(); }), ContainsSubstring("modified in place"));
  }
  SECTION("an input, through a view") {
    const Tensor loss = sum(square(x));
    x.detach().rows(1, 2).fill_(5);
    CHECK_THROWS_AS(loss.backward(), GraphError);
  }
  SECTION("not one that no gradient needs") {
    const Tensor loss = sum(x + 1);
    x.detach().fill_(5);
    loss.backward();
    check_equal(x.grad(), ones_like(x));
  }
}

TEST_CASE("backward: labels, indices and masks that were changed since are refused", "[autograd]") {
  Tensor x = leaf({1, 2, 3, 4}).detach().reshape({2, 2}).clone().requires_grad_();
  const auto refused = [](const Tensor& y, Tensor& numbers, double value) {
    numbers.fill_(value);
    CHECK_THROWS_AS(sum(y).backward(), GraphError);
  };
  Tensor classes = labels({0, 1}), rows = labels({0, 1}), mask = labels({0, 1}).to(DType::uint8);
  refused(cross_entropy(x, classes), classes, 1e6);
  refused(gather_rows(x, rows), rows, 1e12);
  refused(where(mask, x, square(x)), mask, 0);
}

TEST_CASE("backward: numbers exchanged by set_data since are refused", "[autograd]") {
  Tensor w = leaf({2}), x = leaf({3});
  const Tensor y = w * x;
  w.set_data(tensor({100}, DType::float64));
  CHECK_THROWS_AS(y.backward(ones({1}, DType::float64)), GraphError);
}

TEST_CASE("backward: numbers exchanged twice are refused, though the second may lie where the first did",
          "[autograd]") {
  Tensor w = leaf({1, 2, 3}), x = leaf({4, 5, 6});
  const Tensor y = w * x;
  for (int i = 0; i < 2; ++i) w.set_data(tensor({7, 8, 9}, DType::float64));
  CHECK_THROWS_AS(sum(y).backward(), GraphError);
}

TEST_CASE("backward: no gradient is lost through add_ or copy_", "[autograd]") {
  const Tensor w = leaf({1, 2});
  Tensor total = zeros({2}, DType::float64);
  CHECK_THAT(message_of<GraphError>([&] { total.add_(w); }), ContainsSubstring("would get no gradient"));
  CHECK_THROWS_AS(total.copy_(w), GraphError);
  CHECK_NOTHROW(total.add_(w.detach()));
  const NoGrad no_grad;
  CHECK_NOTHROW(total.copy_(w));
}
