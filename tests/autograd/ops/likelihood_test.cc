#include "autograd/ops/likelihood.h"

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "tests/check_gradient.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("bernoulli_log_likelihood: is minus the sum of the pixels' cross-entropies", "[autograd][ops]") {
  manual_seed(1);
  const Index d = GENERATE(1, 7, 16, 784, 2500);  // 2500: more than one product of factors, and a rest
  const auto [dtype, tolerance] = GENERATE(std::pair(DType::float64, 1e-14), std::pair(DType::float32, 3e-6));
  const Tensor x = bernoulli({3, d}, 0.4, dtype), logits = randn({2, 3, d}, dtype) * 5;
  const Tensor y = bernoulli_log_likelihood(logits, x);
  CHECK(y.shape() == Shape{2, 3});
  for (Index k = 0; k < 2; ++k) {
    INFO("d " << d << ", draw " << k);
    check_close(y[k], -sum(bce_with_logits(logits[k], x, Reduction::none), {1}), tolerance, tolerance);
  }
}

TEST_CASE("bernoulli_log_likelihood: known values, at extremes too", "[autograd][ops]") {
  const Tensor x = tensor({{1, 0}}, DType::float64);
  const auto value = [&](double a, double b) {
    return bernoulli_log_likelihood(tensor({{a, b}}, DType::float64), x).item();
  };
  CHECK_THAT(value(0, 0), WithinRel(-2 * std::log(2.0), 1e-15));
  CHECK_THAT(value(2, -1), WithinRel(-std::log1p(std::exp(-2.0)) - std::log1p(std::exp(-1.0)), 1e-15));
  CHECK(value(1e5, -1e5) == 0);
  CHECK(value(-1e5, 1e5) == -2e5);
  CHECK(std::isnan(value(NAN, 0)));
}

TEST_CASE("bernoulli_log_likelihood: gradient", "[autograd][ops]") {
  manual_seed(2);
  const Shape shape = GENERATE(Shape{3, 5}, Shape{2, 3, 5}, Shape{2, 2, 3, 5});
  check_gradient([](auto& t) { return bernoulli_log_likelihood(t[0], t[1]); }, {randn(shape), uniform({3, 5})});
}

TEST_CASE("bernoulli_log_likelihood: the same for any number of threads", "[autograd][ops]") {
  manual_seed(3);
  const Tensor x = bernoulli({64, 784}, 0.2), logits = randn({4, 64, 784});
  const auto likelihood = [&] { return bernoulli_log_likelihood(logits, x); };
  check_equal(with_threads(3, likelihood), with_threads(1, likelihood));
}

TEST_CASE("bernoulli_log_likelihood: refuses shapes that do not fit", "[autograd][ops]") {
  CHECK_THAT(message_of<ShapeError>([] {
               bernoulli_log_likelihood(zeros({2, 4, 5}), zeros({3, 5}));
             }),
             ContainsSubstring("bernoulli_log_likelihood") && ContainsSubstring("[2, 4, 5]"));
  CHECK_THROWS_AS(bernoulli_log_likelihood(zeros({5}), zeros({5})), ShapeError);
}
