#include "models/principal_components.h"

#include "autograd/ops/math.h"
#include "models/symmetric_eigen.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("principal_components: points on a line and across it", "[models]") {
  // Along (3, 4)/5 they lie at -10, 0, 10, and one step of 1 to either side of the middle.
  const Tensor x = tensor({{1 - 6, 1 - 8}, {1, 1}, {1 + 6, 1 + 8}, {1 - 0.8, 1 + 0.6}, {1 + 0.8, 1 - 0.6}});
  const Tensor y = models::principal_components(x, 2);
  check_close(abs(y), tensor({{10, 0}, {0, 0}, {10, 0}, {0, 1}, {0, 1}}, DType::float64), 0, 1e-6);
  CHECK(models::principal_components(x, 1).shape() == Shape{5, 1});
  CHECK_THROWS_AS(models::principal_components(x, 3), ValueError);
  CHECK_THROWS_AS(models::principal_components(x[0], 1), ShapeError);
}

TEST_CASE("symmetric_eigen: rising values, and vectors that put the matrix together again", "[models]") {
  Eigen::MatrixXd a(3, 3);
  a << 2, -1, 0, -1, 2, -1, 0, -1, 2;
  const models::SymmetricEigen of = models::symmetric_eigen(a);
  CHECK_THAT(of.values[0], WithinAbs(2 - std::sqrt(2), 1e-14));
  CHECK_THAT(of.values[1], WithinAbs(2, 1e-14));
  CHECK_THAT(of.values[2], WithinAbs(2 + std::sqrt(2), 1e-14));
  const Eigen::MatrixXd again = of.vectors * of.values.asDiagonal() * of.vectors.transpose();
  for (int i = 0; i < 9; ++i) CHECK_THAT(again(i), WithinAbs(a(i), 1e-14));
}
