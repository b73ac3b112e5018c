#include "autograd/error.h"

#include <functional>

#include "autograd/backward.h"
#include "autograd/context.h"
#include "autograd/create.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::EndsWith;
using Catch::Matchers::Message;

TEST_CASE("error: arguments are described", "[autograd]") {
  const Tensor a = zeros({2}), b = zeros({3, 4}), none;
  const auto said = [](Arguments arguments) {
    return message_of<ShapeError>([&] { throw_shape_error("op", {}, arguments); });
  };
  CHECK(said({{"a", a}}) == "op: a is [2]");
  CHECK(said({{"a", a}, {"b", b}}) == "op: a is [2] but b is [3, 4]");
  CHECK(said({{"a", a}, {"b", b}, {"c", none}}) == "op: a is [2], b is [3, 4] and c is undefined");
}

TEST_CASE("error: shapes that do not fit", "[autograd]") {
  CHECK_THROWS_MATCHES(linear(zeros({128, 784}), zeros({400, 785})), ShapeError,
                       Message("linear: x is [128, 784] but weight is [400, 785]\n"
                               "  rule: x.shape[-1] == weight.shape[1]   (784 != 785)"));
  CHECK_THROWS_MATCHES(linear(zeros({2, 3}), zeros({4, 3}), zeros({5})), ShapeError,
                       Message("linear: weight is [4, 3] but bias is [5]\n"
                               "  rule: bias.shape[0] == weight.shape[0]   (5 != 4)"));
  CHECK_THROWS_MATCHES(zeros({2, 3}) + zeros({2}), ShapeError,
                       Message("add: a is [2, 3] but b is [2]\n"
                               "  rule: aligned at the last axis, extents are equal or one of them is 1"));
  CHECK_THROWS_MATCHES(matmul(transposed(zeros({2, 3})), zeros({3, 4})), ShapeError,
                       Message("matmul: a is [2, 3] but b is [3, 4]\n"
                               "  rule: a.shape[-2] == b.shape[-2]   (2 != 3)"));
  CHECK_THROWS_MATCHES(matmul(zeros({2, 3}), zeros({4})), ShapeError,
                       Message("matmul: a is [2, 3] but b is [4]\n"
                               "  rule: a.shape[-1] == b.shape[-1]   (3 != 4)"));
  CHECK_THROWS_AS(matmul(zeros({4}), zeros({3, 4})), ShapeError);
  CHECK_THROWS_AS(matmul(zeros({}), zeros({1})), ShapeError);
  CHECK_THROWS_AS(matmul(zeros({2, 3, 4}), zeros({3, 4, 5})), ShapeError);
  CHECK_THROWS_AS(mse(zeros({2}), zeros({3})), ShapeError);
  CHECK_THROWS_AS(gaussian_kl(zeros({2}), zeros({2})), ShapeError);
  CHECK_THROWS_AS(permute(zeros({2, 3}), {0}), ShapeError);
  CHECK_THROWS_AS(concat({zeros({2, 3}), zeros({2, 4})}), ShapeError);
  CHECK_THROWS_AS(stack({zeros({2}), zeros({3})}), ShapeError);
  CHECK_THROWS_AS(stack({zeros({2})}, 2), ShapeError);
  CHECK_THROWS_AS(broadcast_to(zeros({3}), {3, 2}), ShapeError);
  CHECK_THROWS_AS(max(zeros({0})), ShapeError);
  CHECK_THROWS_AS(variance(zeros({1})), ShapeError);
  CHECK_THROWS_AS(cross_entropy(zeros({2, 3}), labels({0})), ShapeError);
}

TEST_CASE("error: an axis that is not there is refused by the op", "[autograd]") {
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

TEST_CASE("error: sum_to reverses broadcasts and nothing else", "[autograd]") {
  CHECK(sum_to(ones({2, 3}), {1, 3}).to_vector<float>() == std::vector<float>{2, 2, 2});
  for (const Shape& shape : {Shape{3}, Shape{1, 1, 1}, Shape{4, 2}})
    CHECK_THAT(message_of<ShapeError>([&] { sum_to(ones({4}), shape); }), ContainsSubstring("sum_to: x is [4]"));
}

TEST_CASE("error: extents whose product overflows are refused", "[autograd]") {
  CHECK_THROWS_AS(ones({4}).reshape({Index{1} << 62, 4, -1}), ShapeError);
}

TEST_CASE("error: what is undefined is named", "[autograd]") {
  const Tensor none, x = ones({2, 3});
  const auto message = [](auto f) { return message_of<GraphError>(f); };
  CHECK_THAT(message([&] { cross_entropy(x, none); }),
             ContainsSubstring("cross_entropy: logits is [2, 3] but labels is undefined"));
  CHECK_THAT(message([&] { linear(none, x); }), ContainsSubstring("linear: x is undefined but weight is [2, 3]"));
  CHECK_THAT(message([&] { matmul(x, none); }), ContainsSubstring("matmul: a is [2, 3] but b is undefined"));
  CHECK_THAT(message([&] { where(none, x, x); }), ContainsSubstring("where: mask is undefined"));
  CHECK_THAT(message([&] { logical_or(ones({2}, DType::uint8), none); }),
             ContainsSubstring("logical_or: a is [2] but b is undefined"));
  CHECK_THAT(message([&] { mse(x, none); }), ContainsSubstring("mse: x is [2, 3] but target is undefined"));
  CHECK_THAT(message([&] { none * 0.1; }), ContainsSubstring("multiply: x is undefined"));
  CHECK_THAT(message([&] { none + x; }), ContainsSubstring("add: a is undefined but b is [2, 3]"));
  CHECK_THAT(message([&] { x* none; }), ContainsSubstring("multiply: a is [2, 3] but b is undefined"));
  CHECK_THAT(message([&] { maximum(x, none); }), ContainsSubstring("maximum: a is [2, 3] but b is undefined"));
  CHECK_THAT(message([&] { power(none, x); }), ContainsSubstring("power: a is undefined"));
  CHECK_THAT(message([&] { bce_with_logits(x, none); }), ContainsSubstring("bce_with_logits: logits is [2, 3]"));
  CHECK_THAT(message([&] { gaussian_kl(none, x); }), ContainsSubstring("gaussian_kl: mu is undefined"));
  CHECK_THAT(message([&] { concat({x, none}); }), ContainsSubstring("concat: first is [2, 3] but other is undefined"));
  CHECK_THAT(message([&] { stack({x, none}); }), ContainsSubstring("stack: first is [2, 3] but other is undefined"));
  CHECK_THAT(message([&] { stack({none, x}); }), ContainsSubstring("stack: first is undefined\n"));
  CHECK_THAT(message([&] { concat({none, x}); }), ContainsSubstring("concat: first is undefined\n"));
  CHECK_THAT(message([&] { one_hot(none, 3); }), ContainsSubstring("one_hot: labels is undefined"));
  CHECK_THAT(message([&] { gather_rows(x, none); }),
             ContainsSubstring("gather_rows: x is [2, 3] but rows is undefined"));
  CHECK_THAT(message([&] {
               embedding_bag(none, labels({0}), labels({0, 1}), ones({1}));
             }),
             ContainsSubstring("embedding_bag: table is undefined, indices is [1]"));
  CHECK_THAT(message([&] { equal(x, none); }), ContainsSubstring("equal: a is [2, 3] but b is undefined"));
  CHECK_THAT(message([&] { less(none, 1); }), ContainsSubstring("less: a is undefined"));
  CHECK_THAT(message([&] { reshape(none, Shape{6}); }), ContainsSubstring("reshape: x is undefined"));
  CHECK_THAT(message([&] { reshape(none, {6}); }), ContainsSubstring("reshape: x is undefined"));
  CHECK_THAT(message([&] { reshape(none, {2, -1}); }), ContainsSubstring("reshape: x is undefined"));
}

TEST_CASE("error: what is made of ops is named itself", "[autograd]") {
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

TEST_CASE("error: reductions of nothing are refused under their own name", "[autograd]") {
  CHECK_THAT(message_of<ShapeError>([] { min(zeros({0})); }), ContainsSubstring("min: x is [0]"));
  CHECK_THAT(message_of<ShapeError>([] { argmin(zeros({0})); }), ContainsSubstring("argmin: x is [0]"));
}

TEST_CASE("error: types that do not fit", "[autograd]") {
  CHECK_THROWS_MATCHES(zeros({2}) + zeros({2}, DType::float64), DTypeError,
                       Message("add: a is float32, b is float64\n  rule: all float32 or all float64\n"
                               "  hint: convert with .to(DType::float32) or .to(DType::float64)"));
  CHECK_THROWS_MATCHES(where(zeros({2}), zeros({2}), zeros({2})), DTypeError,
                       Message("where: mask is float32\n  rule: masks are uint8\n"
                               "  hint: make it with a comparison, as less(a, b)"));
  CHECK_THROWS_MATCHES(logical_and(ones({2}, DType::uint8), labels({0, 1})), DTypeError,
                       Message("logical_and: a is uint8, b is int64\n  rule: masks are uint8\n"
                               "  hint: make it with a comparison, as less(a, b)"));
  CHECK_THROWS_AS(logical_or(zeros({2}), zeros({2})), DTypeError);
  CHECK_THROWS_AS(logical_not(labels({1})), DTypeError);
  CHECK_THROWS_AS(less(labels({1}), zeros({1})), DTypeError);
  CHECK_THROWS_AS(sum(labels({1, 2})), DTypeError);
  CHECK_THROWS_AS(relu(labels({1})), DTypeError);
  CHECK_THROWS_AS(cross_entropy(zeros({2, 3}), zeros({2})), DTypeError);
  CHECK_THROWS_AS(gather_rows(zeros({2, 3}), zeros({2})), DTypeError);
  CHECK_THAT(message_of<DTypeError>([] { one_hot(labels({1}), 3, DType::int64); }),
             ContainsSubstring("one_hot: its numbers are float32 or float64, not int64"));
  CHECK_THROWS_AS(concat({zeros({1}), labels({1})}), DTypeError);
}

TEST_CASE("error: types are refused under the op's own name", "[autograd]") {
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

TEST_CASE("error: values that make no sense", "[autograd]") {
  CHECK_THROWS_MATCHES(cross_entropy(zeros({2, 10}), labels({3, 12})), ValueError,
                       Message("cross_entropy: label 12 of example 1 is outside [0, 10)\n"
                               "  hint: logits.shape[1] is the number of classes"));
  CHECK_THROWS_AS(cross_entropy(zeros({1, 3}), labels({-1})), ValueError);
  CHECK_THROWS_AS(cross_entropy(zeros({1, 3}), labels({1}), 1.5), ValueError);
  CHECK_THROWS_MATCHES(gather_rows(zeros({2, 3}), labels({0, 2})), ValueError,
                       Message("gather_rows: index 2 at position 1 lies outside [0, 2)"));
  CHECK_THROWS_AS(one_hot(labels({3}), 3), ValueError);
  CHECK_THROWS_AS(clamp(zeros({1}), 1, 0), ValueError);
  CHECK_THROWS_AS(dropout(zeros({1}), 1), ValueError);
  CHECK_THROWS_AS(concat({}), ValueError);
}

TEST_CASE("error: numbers are shown as they are", "[autograd]") {
  for (const double number : {0.1, -1e-9, 1e300, 2.0 / 3}) CHECK(std::stod(to_text(number)) == number);
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(2) == "2");
  CHECK_THROWS_MATCHES(dropout(zeros({1}), -1e-9), ValueError,
                       Message("dropout: probability -1e-09\n  hint: it lies in [0, 1)"));
}

TEST_CASE("error: the running module is named", "[autograd]") {
  const Named module;
  {
    const ContextScope running(module);
    CHECK(context_path() == "encoder.hidden");
    CHECK_THROWS_MATCHES(reshape(zeros({2}), Shape{3}), ShapeError,
                         Message("reshape: x is [2]\n  rule: the number of elements of [3] is that of x   (3 != 2)\n"
                                 "  in module: encoder.hidden"));
  }
  CHECK(context_path() == "");
}

TEST_CASE("error: the running module is named whatever is wrong", "[autograd]") {
  const Named module;
  const ContextScope running(module);
  Tensor x = ones({2}).requires_grad_();
  const std::function<void()> wrong[] = {
      [&] { x.add_(ones({2})); },
      [&] { ones({2}).copy_(x); },
      [&] { x.data<double>(); },
      [&] { (x * 2).requires_grad_(); },
      [&] { (x * 2).set_data(x); },
      [&] { ones({2}).retain_grad(); },
      [&] { ones({}).backward(); },
      [&] { grad(sum(x), {ones({2})}); },
      [&] { one_hot(labels({1}), 3, DType::int64); },
      [&] { tensor(std::vector<float>{1}, Shape{2}); },
      [&] {
        tensor({{1, 2}, {3}});
      },
      [&] { zeros({-1}); },
      [&] {
        sum(x, {0, 0});
      },
  };
  for (const auto& call : wrong) CHECK_THAT(message_of<Error>(call), EndsWith("\n  in module: encoder.hidden"));
}

TEST_CASE("error: all derive from Error", "[autograd]") {
  CHECK_THROWS_AS(zeros({2}) + zeros({3}), Error);
  CHECK_THROWS_AS(Tensor().shape(), Error);
  CHECK_THROWS_AS(sum(labels({1})), std::runtime_error);
}
