#include "models/latent.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("latent: interpolation and the plane", "[models]") {
  const Tensor line = models::interpolate(tensor({0, 2}), tensor({1, 0}), 3);
  CHECK(line.to_vector<double>() == std::vector<double>{0, 2, 0.5, 1, 1, 0});
  CHECK_THAT(models::normal_quantile(0.975), WithinAbs(1.959963984540054, 1e-12));
  for (const double none : {-0.5, 0.0, 1.0, 1.5, std::nan("")})
    CHECK_THROWS_AS(models::normal_quantile(none), ValueError);
  const Tensor plane = models::latent_plane(2, 3, 0, 2);
  CHECK(plane.shape() == Shape{4, 3});
  CHECK_THAT(plane.to_vector<double>()[2], WithinAbs(0.6744897501960817, 1e-7));
  CHECK_THROWS_AS(models::latent_plane(2, 1, 0, 0), ValueError);
}
