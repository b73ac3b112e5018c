#include "autograd/ops/arithmetic.h"

#include "autograd/create.h"
#include "autograd/ops/reduce.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("power: no gradient for the exponent of what is not above 0", "[autograd]") {
  const Tensor b = tensor({-1, 1.0 / 3, 2}).requires_grad_();
  sum(power(tensor({0, -8, 0}), b)).backward();
  check_equal(b.grad(), tensor({0, 0, 0}));
}

TEST_CASE("comparisons, maximum, minimum and where take a number for all elements", "[autograd][ops]") {
  const Tensor x = tensor({-1, 0, 2}, DType::float64), n = labels({1, 2, 3});
  const auto mask = [](const Tensor& m) { return m.to_vector<std::int64_t>(); };
  using Mask = std::vector<std::int64_t>;
  CHECK(mask(greater(x, 0)) == Mask{0, 0, 1});
  CHECK(mask(greater_equal(x, 0)) == Mask{0, 1, 1});
  CHECK(mask(less(x, 0)) == Mask{1, 0, 0});
  CHECK(mask(less_equal(x, 0)) == Mask{1, 1, 0});
  CHECK(mask(equal(n, 2)) == Mask{0, 1, 0});
  CHECK(mask(not_equal(n, 2)) == Mask{1, 0, 1});
  CHECK_THROWS_AS(greater(n, 0.5), ValueError);
  check_equal(maximum(x, 0.5), tensor({0.5, 0.5, 2}, DType::float64));
  check_equal(minimum(x, 0.5), tensor({-1, 0, 0.5}, DType::float64));
  check_equal(where(greater(x, -0.5), x, 7), tensor({7, 0, 2}, DType::float64));
  check_equal(where(greater(x, -0.5), 7, x), tensor({-1, 7, 7}, DType::float64));
}
