#include "models/complexity.h"

#include <array>
#include <cmath>
#include <utility>

#include "autograd/ops/compare.h"

namespace tandem::models {
namespace {

/// Row and column of each neighbour relative to the pixel; outside the image all pixels are off.
constexpr std::array<std::pair<Index, Index>, 10> neighbours = {
    {{0, -1}, {0, -2}, {0, -3}, {0, -4}, {-1, -2}, {-1, -1}, {-1, 0}, {-1, 1}, {-1, 2}, {-2, 0}}};

double code_length(const std::uint8_t* pixels, Index height, Index width) {
  std::vector<std::array<double, 2>> seen(std::size_t{1} << neighbours.size(), {0.5, 0.5});
  double nats = 0;
  for (Index row = 0; row < height; ++row)
    for (Index column = 0; column < width; ++column) {
      std::size_t context = 0;
      for (const auto& [down, right] : neighbours) {
        const Index r = row + down, c = column + right;
        const bool on = r >= 0 && c >= 0 && c < width && pixels[r * width + c] != 0;
        context = 2 * context + (on ? 1 : 0);
      }
      auto& counts = seen[context];
      double& count = counts[pixels[row * width + column]];
      nats -= std::log(count / (counts[0] + counts[1]));
      count += 1;
    }
  return nats;
}

}  // namespace

std::vector<double> complexity(const Tensor& x, Index height, Index width) {
  require(x.rank() == 2 && x.dim(1) == height * width, "complexity", "x is [n, height width]", {{"x", x}});
  const Tensor on = greater(x, 0.5);
  std::vector<double> nats;
  for (Index i = 0; i < x.dim(0); ++i)
    nats.push_back(code_length(on.data<std::uint8_t>() + i * height * width, height, width));
  return nats;
}

}  // namespace tandem::models
