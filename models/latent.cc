#include "models/latent.h"

#include <cmath>
#include <numbers>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"

namespace tandem::models {

Tensor standard_normal_log_density(const Tensor& z) {
  return (sum(square(z), {-1}) + std::log(2 * std::numbers::pi) * static_cast<double>(z.dim(-1))) * -0.5;
}

Tensor interpolate(const Tensor& a, const Tensor& b, Index steps) {
  require(a.rank() == 1 && a.shape() == b.shape(), "interpolate", "a and b are both [z]", {{"a", a}, {"b", b}});
  const Tensor t = linspace(0, 1, steps, a.dtype()).reshape({steps, 1});
  return a + t * (b - a);
}

double normal_quantile(double probability) {
  if (!(probability > 0 && probability < 1))
    throw_value_error("normal_quantile", "probability " + to_text(probability), "it lies in (0, 1)");
  double low = -10, high = 10;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    const double below = std::erfc(-middle / std::numbers::sqrt2) / 2;
    (below < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

Tensor latent_plane(Index side, Index latent, Index x, Index y) {
  if (side < 1 || x < 0 || y < 0 || x >= latent || y >= latent || x == y)
    throw_value_error("latent_plane",
                      "side " + std::to_string(side) + ", coordinates " + std::to_string(x) + " and " +
                          std::to_string(y) + " of " + std::to_string(latent),
                      "at least one point a side, and two different coordinates");
  Tensor points = zeros({side * side, latent});
  float* to = points.mutable_data<float>();
  const auto quantile = [side](Index i) {
    return static_cast<float>(normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(side)));
  };
  for (Index row = 0; row < side; ++row)
    for (Index column = 0; column < side; ++column) {
      float* point = to + (row * side + column) * latent;
      point[x] = quantile(column);
      point[y] = quantile(side - 1 - row);
    }
  return points;
}

}  // namespace tandem::models
