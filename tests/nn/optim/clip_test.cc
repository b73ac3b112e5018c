#include "nn/optim/clip.h"

#include <cmath>
#include <limits>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "tests/catch.h"
#include "tests/threads.h"

namespace tandem::optim {
namespace {

/// Parameters of zeros with the given gradients.
std::vector<Tensor> with_gradients(const std::vector<Tensor>& gradients) {
  std::vector<Tensor> parameters;
  for (const Tensor& gradient : gradients)
    parameters.push_back(zeros(gradient.shape(), gradient.dtype()).requires_grad_()),
        parameters.back().set_grad(gradient);
  return parameters;
}

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::nan("");

}  // namespace

TEST_CASE("clip_grad_norm_: one norm for all gradients", "[optim]") {
  auto parameters = with_gradients({tensor({3, 0}, DType::float64), tensor({0, 4}, DType::float64).reshape({2, 1})});
  parameters.push_back(zeros({9}).requires_grad_());  // without a gradient
  CHECK(clip_grad_norm_(parameters, 10) == 5);
  CHECK(parameters[0].grad().to_vector<double>()[0] == 3);
  CHECK(clip_grad_norm_(parameters, 1) == 5);
  CHECK_THAT(parameters[0].grad().to_vector<double>()[0], WithinRel(0.6, 1e-6));
  CHECK_THAT(parameters[1].grad().to_vector<double>()[1], WithinRel(4 / (5 + 1e-6), 1e-15));
  CHECK(clip_grad_norm_({}, 1) == 0);
}

TEST_CASE("clip_grad_norm_: large gradients, any number of threads", "[optim][threads]") {
  Generator generator(2);
  const Tensor gradient = randn({2'500'001}, DType::float32, generator);
  const double expected = std::sqrt(sum(square(gradient.to(DType::float64))).item());
  std::vector<double> norms;
  for (const int threads : {1, 2, 3, 8}) {
    const test::Threads set(threads);
    norms.push_back(clip_grad_norm_(with_gradients({gradient}), infinity));
  }
  CHECK_THAT(norms[0], WithinRel(expected, 1e-7));
  for (const double norm : norms) CHECK(norm == norms[0]);
}

TEST_CASE("clip_grad_norm_: finite gradients whose squares are not", "[optim]") {
  for (const int threads : {1, 3}) {
    const test::Threads set(threads);
    auto parameters = with_gradients({tensor({1e20, 1e20}), full({70'000}, 2e38), tensor({3e38})});
    const double expected = std::sqrt(2e40 + 70'000 * std::pow(double(2e38f), 2) + std::pow(double(3e38f), 2));
    const double norm = clip_grad_norm_(parameters, 1e10);
    CHECK_THAT(norm, WithinRel(expected, 1e-7));
    CHECK_THAT(parameters[0].grad().to_vector<double>()[1], WithinRel(1e20 * 1e10 / expected, 1e-6));
    CHECK_THAT(parameters[2].grad().item(), WithinRel(3e38 * 1e10 / expected, 1e-6));
  }
}

TEST_CASE("clip_grad_norm_: infinities and NaN as in PyTorch", "[optim]") {
  auto parameters = with_gradients({tensor({1, infinity}), tensor({2})});
  CHECK(clip_grad_norm_(parameters, 1) == infinity);
  CHECK(parameters[0].grad().to_vector<double>()[0] == 0);
  CHECK(std::isnan(parameters[0].grad().to_vector<double>()[1]));
  CHECK(parameters[1].grad().item() == 0);

  parameters = with_gradients({tensor({1, nan}), tensor({2})});
  CHECK(std::isnan(clip_grad_norm_(parameters, 1)));
  CHECK(std::isnan(parameters[1].grad().item()));
}

TEST_CASE("clip_grad_value_", "[optim]") {
  const auto parameters = with_gradients({tensor({-3, -0.5, 0.5, 3, infinity, nan})});
  clip_grad_value_(parameters, 1);
  const auto clipped = parameters[0].grad().to_vector<double>();
  CHECK(std::vector<double>(clipped.begin(), clipped.end() - 1) == std::vector<double>{-1, -0.5, 0.5, 1, 1});
  CHECK(std::isnan(clipped.back()));
}

TEST_CASE("clipping: a gradient with a graph of its own", "[optim]") {
  Tensor w = tensor({3, 4}).requires_grad_();
  sum(square(w)).backward({}, {.create_graph = true});
  REQUIRE(w.grad().requires_grad());
  CHECK_THAT(clip_grad_norm_({w}, 1), WithinRel(10.0, 1e-6));
  CHECK_THAT(w.grad().to_vector<double>()[0], WithinRel(0.6, 1e-5));
  w.zero_grad();  // the gradient's graph leads back to w: a cycle until it is dropped
}

TEST_CASE("clipping: bad limits are refused", "[optim][error]") {
  CHECK_THROWS_WITH(clip_grad_norm_({}, -1), ContainsSubstring("clip_grad_norm_: max_norm is -1"));
  CHECK_THROWS_AS(clip_grad_norm_({}, nan), ValueError);
  CHECK_THROWS_AS(clip_grad_value_({}, -1), ValueError);
}

}  // namespace tandem::optim
