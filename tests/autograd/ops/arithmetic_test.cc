#include "autograd/ops/arithmetic.h"

#include "autograd/create.h"
#include "autograd/ops/compare.h"
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

TEST_CASE("comparisons: integers with a number that their type cannot hold", "[autograd][ops]") {
  const auto results = [](const Tensor& a, double b) {  // of all elements, which agree
    std::vector<double> all;
    for (const Tensor& mask :
         {equal(a, b), not_equal(a, b), less(a, b), less_equal(a, b), greater(a, b), greater_equal(a, b)}) {
      CHECK(mask.dtype() == DType::uint8);
      CHECK(min(mask.to(DType::float32)).item() == max(mask.to(DType::float32)).item());
      all.push_back(mask[0].item());
    }
    return all;
  };
  const std::vector<double> below{0, 1, 1, 1, 0, 0}, above{0, 1, 0, 0, 1, 1};
  const Tensor bytes = labels({0, 7, 255}).to(DType::uint8), wide = labels({INT64_MIN, 0, INT64_MAX});
  for (const double b : {256.0, 300.0, 0x1p63, HUGE_VAL}) CHECK(results(bytes, b) == below);
  for (const double b : {-1.0, -5.0, -HUGE_VAL}) CHECK(results(bytes, b) == above);
  for (const double b : {0x1p63, 1e300, HUGE_VAL}) CHECK(results(wide, b) == below);
  for (const double b : {-0x1p64, -HUGE_VAL}) CHECK(results(wide, b) == above);
  CHECK(equal(bytes, 255).to_vector<float>() == std::vector<float>{0, 0, 1});
  CHECK(equal(wide, -0x1p63).to_vector<float>() == std::vector<float>{1, 0, 0});
  CHECK_THROWS_AS(less(bytes, NAN), ValueError);
  CHECK_THROWS_AS(less(wide, 1e10 + 0.5), ValueError);
}
