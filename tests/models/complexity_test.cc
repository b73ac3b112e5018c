#include "models/complexity.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"
#include "tests/catch.h"

using namespace tandem;

TEST_CASE("complexity: one pixel costs a bit, and repetition becomes cheap", "[models]") {
  CHECK_THAT(models::complexity(ones({1, 1}), 1, 1)[0], WithinAbs(std::log(2), 1e-15));
  // 0 0: 1/2 first, then (1 + 1/2) / (1 + 1) = 3/4
  CHECK_THAT(models::complexity(tensor({{0, 0}}), 1, 2)[0], WithinAbs(-std::log(0.5 * 0.75), 1e-15));
  // 1 0: the second pixel is the first of its context
  CHECK_THAT(models::complexity(tensor({{1, 0}}), 1, 2)[0], WithinAbs(2 * std::log(2), 1e-15));
  // one below the other: 0 0, then 1 in the same context, whose neighbours beyond the right border are off
  CHECK_THAT(models::complexity(tensor({{0, 0, 1}}), 3, 1)[0], WithinAbs(-std::log(0.5 * 0.75 / 6), 1e-14));
}

TEST_CASE("complexity: all images of a size are a code: their probabilities sum to 1", "[models]") {
  std::vector<double> pixels;
  for (int image = 0; image < 512; ++image)
    for (int j = 0; j < 9; ++j) pixels.push_back(image >> j & 1);
  double sum = 0;
  for (const double nats : models::complexity(tensor(pixels, {512, 9}), 3, 3)) sum += std::exp(-nats);
  CHECK_THAT(sum, WithinAbs(1, 1e-12));
}

TEST_CASE("complexity: empty < stripes < noise", "[models]") {
  Tensor stripes = zeros({1, 784});
  for (Index i = 0; i < 784; ++i) stripes.mutable_data<float>()[i] = i / 28 % 4 < 2 ? 1.f : 0.f;
  const auto nats = models::complexity(concat({zeros({1, 784}), stripes, bernoulli({1, 784}, 0.5)}), 28, 28);
  CHECK(nats[0] < 5);
  CHECK(nats[0] < nats[1]);
  CHECK(nats[1] < 100);
  CHECK(nats[2] > 784 * std::log(2) * 0.95);
  CHECK_THROWS_AS(models::complexity(zeros({1, 784}), 28, 27), ShapeError);
}
