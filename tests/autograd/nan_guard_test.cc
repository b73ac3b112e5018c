#include "autograd/nan_guard.h"

#include "autograd/context.h"
#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

TEST_CASE("all_finite: finds one NaN or infinity wherever it lies", "[autograd]") {
  const DType dtype = GENERATE(DType::float32, DType::float64);
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL})
    for (const Index at : {0, 5, 99}) {
      Tensor x = full({100}, dtype == DType::float32 ? 3e38 : 1e308, dtype);
      CHECK(all_finite(x));
      x.rows(at, at + 1).fill_(bad);
      CHECK_FALSE(all_finite(x));
    }
  CHECK(all_finite(zeros({0}, dtype)));
  CHECK(all_finite(labels({1, 2})));
}

TEST_CASE("NanGuard: names the op and the module", "[autograd]") {
  const Tensor x = leaf({-1, 1});
  const Named module;
  SECTION("forward") {
    const NanGuard guard;
    const ContextScope running(module);
    CHECK_THROWS_MATCHES(log(x), NotFiniteError,
                         Message("log: the result, of shape [2], holds a NaN or an infinity\n"
                                 "  hint: this is the first op that does; lower the learning rate, or look at the "
                                 "inputs\n  in module: encoder.hidden"));
  }
  SECTION("backward") {
    const NanGuard guard;
    Tensor loss;
    {
      const ContextScope running(module);
      loss = sum(sqrt(x * x - 1));
    }
    CHECK_THROWS_MATCHES(
        loss.backward(), NotFiniteError,
        Message("gradient of sqrt for input 0: holds a NaN or an infinity\n  in module: encoder.hidden"));
  }
  SECTION("not without the guard") { CHECK(std::isnan(log(x).to_vector<double>()[0])); }
}

TEST_CASE("NanGuard: looks at what an op puts out, not at what it passes over on the way", "[autograd]") {
  const NanGuard guard;
  const Tensor mask = ones({2}, DType::uint8), infinity = scalar(-HUGE_VAL);
  CHECK(where(mask, ones({2}), infinity).to_vector<double>() == std::vector<double>{1, 1});
  Tensor x = ones({2, 2, 2});
  x.mutable_data<float>()[0] = -HUGE_VALF;
  CHECK_NOTHROW(max(x, {1}));
  CHECK_NOTHROW(max(x, {2}));
  CHECK_THROWS_AS(sum(x, {1}), NotFiniteError);
}

TEST_CASE("NanGuard: passes over what only moves infinities, or chooses among them", "[autograd]") {
  const NanGuard guard;
  const Tensor x = tensor({{-HUGE_VAL, 1}, {HUGE_VAL, 3}, {5, 4}});
  const Tensor y = x.detach().requires_grad_();
  for (const Tensor& t : {x, y}) {
    CHECK_NOTHROW(transpose(t).reshape({3, 2}));
    CHECK_NOTHROW(concat({slice(t, 1, 0, 1), stack({t[0], t[1], t[2]}).rows(0, 3)}, 1));
    CHECK_NOTHROW(gather_rows(broadcast_to(t, {2, 3, 2}), labels({0})));
    CHECK(argmin(t, 0).to_vector<double>() == std::vector<double>{0, 0});
    CHECK(min(t.rows(1, 3), {0}).to_vector<double>() == std::vector<double>{5, 3});
    CHECK(min(t[1]).item() == 3);
  }
  const Tensor mask = tensor({{-HUGE_VAL, 1}, {1, 1}});
  CHECK(softmax(mask, 0).to_vector<double>() == std::vector<double>{0, 0.5, 1, 0.5});
  CHECK(logsumexp(mask, 0)[0].item() == 1);
  CHECK(nll(tensor({{-HUGE_VAL, -1}}), labels({1})).item() == 1);
  CHECK_THROWS_AS(max(x), NotFiniteError);
  CHECK_THROWS_AS(min(x), NotFiniteError);
  CHECK_THROWS_AS(nll(tensor({{-HUGE_VAL, -1}}), labels({0})), NotFiniteError);
}
