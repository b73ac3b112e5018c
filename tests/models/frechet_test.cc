#include "models/frechet.h"

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;

TEST_CASE("frechet_distance: 0 for a set with itself", "[models]") {
  const Tensor x = randn({50, 8}, DType::float64);
  CHECK_THAT(models::frechet_distance(x, x), WithinAbs(0, 1e-9));
  const Tensor flat = x * tensor({1, 1, 1, 0, 0, 0, 0, 0}, DType::float64);  // a singular covariance
  CHECK_THAT(models::frechet_distance(flat, flat), WithinAbs(0, 1e-6));
  for (int i = 0; i < 20; ++i) {  // another, some of whose eigenvalues rounding makes negative
    const Tensor y = matmul(randn({50, 3}, DType::float64), randn({3, 8}, DType::float64));
    const double distance = models::frechet_distance(y, y);
    CHECK_THAT(distance, WithinAbs(0, 1e-6));
    CHECK(distance >= 0);
  }
}

TEST_CASE("frechet_distance: known Gaussians", "[models]") {
  // one axis: (mu_a - mu_b)^2 + (sd_a - sd_b)^2
  CHECK_THAT(models::frechet_distance(tensor({-1, 1}).reshape({2, 1}), tensor({2, 6}).reshape({2, 1})),
             WithinRel(16 + 2.0, 1e-12));
  const Tensor x = randn({40, 3}, DType::float64);
  CHECK_THAT(models::frechet_distance(x, x + tensor({1, 2, 2}, DType::float64)), WithinRel(9, 1e-9));
  double spread = 0;  // scaling by 3 moves each standard deviation by twice itself: 4 tr C
  for (Index j = 0; j < 3; ++j) {
    double mean = 0, square = 0;
    for (Index i = 0; i < 40; ++i) mean += x.data<double>()[3 * i + j] / 40;
    for (Index i = 0; i < 40; ++i)
      square += (x.data<double>()[3 * i + j] - mean) * (x.data<double>()[3 * i + j] - mean);
    spread += 4 * square / 39 + 4 * mean * mean;
  }
  CHECK_THAT(models::frechet_distance(x, x * 3), WithinRel(spread, 1e-9));
}

TEST_CASE("frechet_distance: is symmetric, and refuses other widths", "[models]") {
  const Tensor a = randn({30, 4}), b = uniform({20, 4});
  CHECK_THAT(models::frechet_distance(a, b), WithinRel(models::frechet_distance(b, a), 1e-9));
  CHECK_THROWS_AS(models::frechet_distance(a, zeros({30, 3})), ShapeError);
  CHECK_THROWS_AS(models::frechet_distance(a, zeros({1, 4})), ShapeError);
}
