#include "autograd/gradcheck.h"

#include "autograd/backward.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;

namespace {

/// x^2 with `slope` in place of 2 in its gradient.
Tensor square_with(double slope, const Tensor& x) {
  return record("square", {x}, square(x.detach()),
                [x = Saved(x), slope](const Tensor& dy) { return dy * (*x * slope); });
}

}  // namespace

TEST_CASE("gradcheck: passes what is right", "[autograd]") {
  const auto result = gradcheck([](const auto& t) { return t[0] * exp(t[1]); }, {leaf({1, 2, 3}), leaf({0.5})});
  CHECK(result);
  CHECK(result.report.empty());
  CHECK(result.worst < 1e-7);
  CHECK(gradcheck([](const auto& t) { return matmul(t[0], t[0]); },
                  {tensor({{1, 2}, {3, 4}}, DType::float64).requires_grad_()}, {.second_order = true}));
}

TEST_CASE("gradcheck: reports a wrong gradient with place and numbers", "[autograd]") {
  const Tensor fine = leaf({5}), x = leaf({1, 2, 3, 4}).reshape({2, 2}).detach().requires_grad_();
  const auto f = [](const auto& t) {
    // Wrong for the second row alone.
    return concat({square(t[0]).reshape({1}), square_with(2, t[1].rows(0, 1)).reshape({2}),
                   square_with(3, t[1].rows(1, 2)).reshape({2})});
  };
  const auto result = gradcheck(f, {fine, x});
  CHECK_FALSE(result);
  INFO(result.report);
  double backward = 0, differences = 0;
  REQUIRE(std::sscanf(result.report.c_str(),
                      "gradcheck: input 1, index [1, 0]: backward gives %lf, differences give %lf", &backward,
                      &differences) == 2);
  CHECK_THAT(backward / differences, WithinRel(1.5, 1e-6));
  CHECK(result.worst > 0.4);
}

TEST_CASE("gradcheck: finds a gradient that is right but not recorded", "[autograd]") {
  using Gradient = Tensor (*)(const Tensor& x, const Tensor& dy);
  const Gradient gradient =
      GENERATE(Gradient([](const Tensor& x, const Tensor& dy) { return dy * (2 * x.detach()); }),  // as a function of x
               Gradient([](const Tensor& x, const Tensor& dy) { return dy.detach() * (2 * x); }),  // of dy
               Gradient([](const Tensor& x, const Tensor& dy) { return dy.detach() * (2 * x.detach()); }));
  const auto f = [gradient](const auto& t) {
    return record("square", {t[0]}, square(t[0].detach()),
                  [x = Saved(t[0]), gradient](const Tensor& dy) { return gradient(*x, dy); });
  };
  CHECK(gradcheck(f, {leaf({1, 2})}));
  const auto result = gradcheck(f, {leaf({1, 2})}, {.second_order = true});
  CHECK_FALSE(result);
  CHECK_THAT(result.report, Catch::Matchers::StartsWith("second derivative, gradcheck: input 0, index [0]: "));
}

TEST_CASE("gradcheck: a gradient of 0 without a graph is right in the second order too", "[autograd]") {
  CHECK(gradcheck([](const auto& t) { return power(t[0], 0); }, {leaf({1, 2})}, {.second_order = true}).report == "");
}

TEST_CASE("gradcheck: a function may take gradients itself", "[autograd]") {
  const auto penalty = [](const auto& t) { return square(grad(sum(exp(t[0])), {t[0]}, {.create_graph = true})[0]); };
  CHECK(gradcheck(penalty, {leaf({0.3, -1})}, {.second_order = true}).report == "");
}

TEST_CASE("gradcheck: a missing gradient counts as 0", "[autograd]") {
  const auto result = gradcheck([](const auto& t) { return t[0] + t[1].detach(); }, {leaf({1}), leaf({2})});
  CHECK_FALSE(result);
  CHECK_THAT(result.report, ContainsSubstring("input 1, index [0]: backward gives 0, "));
}

TEST_CASE("gradcheck: says why it could not check", "[autograd]") {
  const auto twice = [](const auto& t) { return t[0] * 2; };
  CHECK(gradcheck(twice, {ones({2})}).report == "gradcheck: no input requires a gradient");
  CHECK(gradcheck(twice, {ones({2}).requires_grad_()}).report ==
        "gradcheck: an input is float32, but differences need float64");
  CHECK(gradcheck([](const auto& t) { return t[0].detach(); }, {leaf({1})}).report ==
        "gradcheck: the result does not depend on any input that requires a gradient");
}

TEST_CASE("gradcheck: a result that is not finite is reported with its place", "[autograd]") {
  int calls = 0;
  const auto logarithm = [&](const auto& t) { return ++calls, log(t[0]); };
  const auto result = gradcheck(logarithm, {leaf({2, 3, -1})});
  CHECK(result.report == "gradcheck: the result is not finite at these inputs, at index [2]");
  CHECK(calls == 1);
  CHECK(gradcheck(logarithm, {leaf({2})}));
  CHECK(calls == 4);
}

TEST_CASE("gradcheck: a NaN among the gradients counts as the worst", "[autograd]") {
  const auto f = [](const auto& t) {
    return record("f", {t[0]}, t[0].detach() * 2, [](const Tensor& dy) { return dy * leaf({2, NAN, 2}).detach(); });
  };
  const auto result = gradcheck(f, {leaf({1, 2, 3})});
  CHECK_THAT(result.report, ContainsSubstring("input 0, index [1]: "));
  CHECK(result.worst == HUGE_VAL);
}

TEST_CASE("gradcheck: leaves the caller's tensors alone", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const std::uint64_t version = x.version();
  gradcheck([](const auto& t) { return square(t[0]); }, {x});
  CHECK_FALSE(x.grad().defined());
  CHECK(x.version() == version);
}

TEST_CASE("gradcheck: second derivatives of many inputs are not rounded away", "[autograd]") {
  std::vector<Tensor> many;
  for (int i = 0; i < 40; ++i) many.push_back(leaf({-6 + 0.1 * i}));
  const auto exponentials = [](const std::vector<Tensor>& x) { return sum(exp(concat(x))); };
  CHECK(gradcheck(exponentials, many, strict(1e-5, true)).report == "");
}

TEST_CASE("gradcheck: in the second order too, only inputs that require a gradient", "[autograd]") {
  const auto no_target_gradient = [](const auto& t) {
    return record(
        "f", {t[0], t[1]}, (square(t[0]) * t[1]).detach(),
        [x = Saved(t[0]), y = Saved(t[1])](const Tensor& dy) { return dy * (*x * 2) * *y; },
        [](const Tensor&) -> Tensor { throw GraphError("there is none for the target"); });
  };
  CHECK(gradcheck(no_target_gradient, {leaf({3}), leaf({5}).detach()}, {.second_order = true}));
}

TEST_CASE("gradcheck: a result that is not float64 is reported", "[autograd]") {
  const auto result = gradcheck([](const auto& t) { return argmax(t[0]); }, {leaf({3, 4})});
  CHECK_FALSE(result);
  CHECK_THAT(result.report, ContainsSubstring("the result is int64"));
}

TEST_CASE("gradcheck: records whatever the caller does", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const NoGrad no_grad;
  CHECK(gradcheck([](const auto& t) { return square(t[0]) * t[0]; }, {x}, {.second_order = true}));
}
