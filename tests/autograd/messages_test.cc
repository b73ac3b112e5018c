// Whoever errs is told which op, and which argument.

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "tests/catch.h"
#include "tests/message_of.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("messages: an undefined operand is named with its op", "[autograd]") {
  const Tensor x = ones({2}), none;
  const auto said = [](auto call) { return message_of<GraphError>(call); };
  CHECK_THAT(said([&] { none * 0.1; }), ContainsSubstring("multiply: x is undefined"));
  CHECK_THAT(said([&] { none + x; }), ContainsSubstring("add: a is undefined but b is [2]"));
  CHECK_THAT(said([&] { x* none; }), ContainsSubstring("multiply: a is [2] but b is undefined"));
  CHECK_THAT(said([&] { maximum(x, none); }), ContainsSubstring("maximum: a is [2] but b is undefined"));
  CHECK_THAT(said([&] { power(none, x); }), ContainsSubstring("power: a is undefined"));
  CHECK_THAT(said([&] { bce_with_logits(x, none); }), ContainsSubstring("bce_with_logits: logits is [2]"));
  CHECK_THAT(said([&] { gaussian_kl(none, x); }), ContainsSubstring("gaussian_kl: mu is undefined"));
  CHECK_THAT(said([&] { concat({x, none}); }), ContainsSubstring("concat: first is [2] but other is undefined"));
  CHECK_THAT(said([&] { stack({x, none}); }), ContainsSubstring("stack: first is [2] but other is undefined"));
  CHECK_THAT(said([&] { stack({none, x}); }), ContainsSubstring("stack: first is undefined"));
  CHECK_THAT(said([&] { gather_rows(x, none); }), ContainsSubstring("gather_rows: x is [2] but rows is undefined"));
}

TEST_CASE("messages: an axis that is not there is refused by the op", "[autograd]") {
  const Tensor x = zeros({3});
  const auto said = [](auto call) { return message_of<ShapeError>(call); };
  CHECK_THAT(said([&] { sum(x, {1}); }), ContainsSubstring("sum: axis 1 of a tensor of shape [3]"));
  CHECK_THAT(said([&] { softmax(scalar(1)); }), ContainsSubstring("softmax: axis -1"));
  CHECK_THAT(said([&] { slice(x, 5, 0, 1); }), ContainsSubstring("slice: axis 5"));
  CHECK_THAT(said([&] { transpose(x); }), ContainsSubstring("transpose: axis"));
  CHECK_THAT(said([&] { unsqueeze(x, 5); }), ContainsSubstring("unsqueeze") && ContainsSubstring("axis 5"));
  CHECK_THAT(said([&] { sum(zeros({2, 3}), {1, -1}); }), ContainsSubstring("sum: axis -1 twice"));
  CHECK_THAT(said([&] { permute(zeros({2, 3}), {0, 0}); }), ContainsSubstring("axis 0 twice"));
}

TEST_CASE("messages: types are refused under the op's own name", "[autograd]") {
  const Tensor integers = labels({1, 2}), x = ones({2}), wide = ones({2}, DType::float64);
  const auto said = [](auto call) { return message_of<DTypeError>(call); };
  CHECK_THAT(said([&] { dropout(integers, 0.5); }), ContainsSubstring("dropout: x is int64"));
  CHECK_THAT(said([&] { power(integers, 2); }), ContainsSubstring("power: a is int64"));
  CHECK_THAT(said([&] { stack({x, wide}); }), ContainsSubstring("stack: first is float32, other is float64"));
  CHECK_THAT(said([&] { mse(x, wide); }), ContainsSubstring("mse: x is float32, target is float64"));
  CHECK_THAT(message_of<ShapeError>([&] {
               reparameterize(zeros({2, 3}), zeros({2, 3}), zeros({3}));
             }),
             ContainsSubstring("reparameterize: mu is [2, 3], log_var is [2, 3] and noise is [3]"));
}

TEST_CASE("messages: sum_to reverses broadcasts and nothing else", "[autograd]") {
  CHECK(sum_to(ones({2, 3}), {1, 3}).to_vector<float>() == std::vector<float>{2, 2, 2});
  for (const Shape& shape : {Shape{3}, Shape{1, 1, 1}, Shape{4, 2}})
    CHECK_THAT(message_of<ShapeError>([&] { sum_to(ones({4}), shape); }), ContainsSubstring("sum_to: x is [4]"));
}

TEST_CASE("messages: extents whose product overflows are refused", "[autograd]") {
  CHECK_THROWS_AS(ones({4}).reshape({Index{1} << 62, 4, -1}), ShapeError);
}

TEST_CASE("messages: what is made of ops is named itself", "[autograd]") {
  const auto said = [](auto call) { return message_of<ShapeError>(call); };
  const Tensor x = ones({2, 3}).requires_grad_();
  CHECK(said([&] { grad(x * 2, {x}); }) ==
        "grad: output is [2, 3]\n  rule: without a gradient the output is a scalar\n"
        "  hint: pass `gradients`, one for each output, or reduce with sum() or mean() first");
  CHECK_THAT(said([&] { (x * 2).backward(); }),
             ContainsSubstring("backward: output is [2, 3]") && ContainsSubstring("hint: call .backward(gradient)"));
  CHECK_THAT(said([&] { gaussian_log_density(x, x, ones({4})); }),
             ContainsSubstring("gaussian_log_density: x is [2, 3], mu is [2, 3] and log_var is [4]"));
}
