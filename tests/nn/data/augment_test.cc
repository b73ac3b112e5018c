#include "nn/data/augment.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "autograd/create.h"
#include "autograd/profile.h"
#include "tests/check.h"
#include "tests/message_of.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

namespace {

constexpr Index side = 61, middle = side / 2;

/// Extents only.
Images like(Index height, Index width, Index channels) { return {{}, {}, height, width, channels, 0}; }

/// n images whose two channels are a pixel's own coordinates: distorted, they show where each pixel came from.
Tensor coordinates(Index n) {
  Tensor result({n, side * side * 2}, DType::float32);
  float* to = result.mutable_data<float>();
  for (Index i = 0; i < n; ++i)
    for (Index y = 0; y < side; ++y)
      for (Index x = 0; x < side; ++x) {
        *to++ = static_cast<float>(x - middle);
        *to++ = static_cast<float>(y - middle);
      }
  return result;
}

struct Origins {
  Tensor values;
  double x(Index image, Index px, Index py) const { return at(image, px, py, 0); }
  double y(Index image, Index px, Index py) const { return at(image, px, py, 1); }

 private:
  double at(Index image, Index px, Index py, Index axis) const {
    return values.data<float>()[((image * side + py + middle) * side + px + middle) * 2 + axis];
  }
};

/// Where the pixels of n images came from; pixels are counted from the middle.
Origins origins(const AugmentOptions& options, Index n = 200) {
  Generator generator(3);
  return {Augmentation(like(side, side, 2), options)(coordinates(n), generator)};
}

}  // namespace

TEST_CASE("augmentation: nothing wanted, nothing changed", "[data]") {
  const Tensor image = uniform({5, 4 * 7 * 3});
  check_equal(Augmentation(like(4, 7, 3), {})(image), image);
}

TEST_CASE("augmentation: flip", "[data]") {
  const Tensor image = tensor({{1, 2, 3, 4, 5, 6}});
  check_equal(Augmentation(like(2, 3, 1), {.flip = 1})(image), tensor({{3, 2, 1, 6, 5, 4}}));
  const Origins half = origins({.flip = 0.5});
  int flipped = 0;
  for (Index i = 0; i < 200; ++i) flipped += half.x(i, 5, 0) == -5;
  CHECK(flipped > 70);
  CHECK(flipped < 130);
}

TEST_CASE("augmentation: shift", "[data]") {
  const Origins shifted = origins({.shift = 3});
  double smallest = 9, largest = -9;
  for (Index i = 0; i < 200; ++i) {
    const double dx = shifted.x(i, 0, 0), dy = shifted.y(i, 0, 0);
    CHECK(std::abs(shifted.x(i, 7, -4) - (7 + dx)) < 1e-4);
    CHECK(std::abs(shifted.y(i, 7, -4) - (-4 + dy)) < 1e-4);
    smallest = std::min({smallest, dx, dy});
    largest = std::max({largest, dx, dy});
  }
  CHECK(smallest > -3.0001);
  CHECK(smallest < -2.8);
  CHECK(largest < 3.0001);
  CHECK(largest > 2.8);
}

TEST_CASE("augmentation: rotate", "[data]") {
  const Origins rotated = origins({.rotate = 15});
  double largest = 0;
  for (Index i = 0; i < 200; ++i) {
    const double x = rotated.x(i, 10, 0), y = rotated.y(i, 10, 0);
    CHECK(std::abs(std::hypot(x, y) - 10) < 1e-4);
    CHECK(std::abs(rotated.x(i, 0, 10) + y) < 1e-4);  // a right angle stays one
    CHECK(std::abs(rotated.y(i, 0, 10) - x) < 1e-4);
    largest = std::max(largest, std::abs(std::atan2(y, x)) * 180 / std::numbers::pi);
  }
  CHECK(largest < 15.001);
  CHECK(largest > 14);
}

TEST_CASE("augmentation: scale", "[data]") {
  const Origins scaled = origins({.scale = 0.2});
  bool independent = false;
  for (Index i = 0; i < 200; ++i) {
    const double across = scaled.x(i, 10, 0) / 10, down = scaled.y(i, 0, 10) / 10;
    CHECK(across > 1 / 1.2001);
    CHECK(across < 1 / 0.7999);
    CHECK(std::abs(scaled.y(i, 10, 0)) < 1e-5);
    independent |= std::abs(across - down) > 0.1;
  }
  CHECK(independent);
}

TEST_CASE("augmentation: elastic displacements are as large and as smooth as they should be", "[data]") {
  const double alpha = 34, sigma = 4;
  const Origins moved = origins({.elastic = alpha, .elastic_sigma = sigma}, 2000);
  double square = 0, product = 0, mean = 0;
  for (Index i = 0; i < 2000; ++i) {
    const double here = moved.x(i, 0, 0), there = moved.x(i, 4, 0) - 4;
    mean += here / 2000;
    square += here * here / 2000;
    product += here * there / 2000;
  }
  // The variance of U(-alpha, alpha) is alpha^2 / 3; the squares of the weights sum to 1 / (4 pi sigma^2).
  const double expected = alpha * alpha / 3 / (4 * std::numbers::pi * sigma * sigma);
  CHECK(std::abs(mean) < 4 * std::sqrt(expected / 2000));
  CHECK(std::abs(square / expected - 1) < 0.15);
  CHECK(std::abs(product / expected - std::exp(-16 / (4 * sigma * sigma))) < 0.1);
}

TEST_CASE("augmentation: the same for a seed, whatever the number of threads", "[data]") {
  const AugmentOptions all{.shift = 2, .rotate = 15, .scale = 0.15, .elastic = 34, .flip = 0.5};
  const Augmentation augmentation(like(28, 28, 1), all);
  Generator images(1);
  const Tensor image = uniform({33, 784}, 0, 1, DType::float32, images);
  std::vector<Tensor> results;
  for (const int threads : {1, 2, 3, 8}) {
    const Threads set(threads);
    Generator generator(5);
    results.push_back(augmentation(image, generator));
  }
  for (const Tensor& result : results) check_equal(result, results[0]);
  Generator other(6);
  CHECK(difference(augmentation(image, other), results[0], 0) != "");
  for (const double value : results[0].to_vector<double>()) REQUIRE((value >= 0 && value <= 1));
  CHECK(augmentation(zeros({0, 784})).shape() == Shape{0, 784});
}

TEST_CASE("augmentation: by name", "[data]") {
  const AugmentOptions options = augmentation_named({"elastic", "shift=3.5", "flip=1"});
  CHECK(options.elastic == 34);
  CHECK(options.shift == 3.5);
  CHECK(options.flip == 1);
  CHECK(options.rotate == 0);
  CHECK_FALSE(augmentation_named({}).any());
  const AugmentOptions usual = augmentation_named({"shift", "rotate", "scale", "flip"});
  CHECK(usual.shift == 2);
  CHECK(usual.rotate == 15);
  CHECK(usual.scale == 0.15);
  CHECK(usual.flip == 0.5);
  for (const char* wrong :
       {"twist", "shift=", "shift=x", "shift=-1", "scale=1", "flip=2", "rotate=nan", "elastic=inf", ""})
    CHECK_THROWS_AS(augmentation_named({wrong}), ValueError);
  CHECK_THAT(message_of<ValueError>([] { augmentation_named({"twist"}); }),
             ContainsSubstring("twist") && ContainsSubstring("shift, rotate, scale, elastic or flip"));
  CHECK_THAT(message_of<ValueError>([] { augmentation_named({"shift=1e300"}); }),
             ContainsSubstring("Augmentation: shift is 1e+300\n"));
  CHECK_THROWS_AS(Augmentation(like(2, 2, 1), {.elastic = 1, .elastic_sigma = 0}), ValueError);
  CHECK_THROWS_AS(Augmentation(like(2, 2, 1), {})(zeros({1, 5})), ShapeError);
}

TEST_CASE("augmentation: images keep their type", "[data]") {
  const Tensor image = tensor({{1, 2, 3, 4, 5, 6}}, DType::float64);
  check_equal(Augmentation(like(2, 3, 1), {.flip = 1})(image), tensor({{3, 2, 1, 6, 5, 4}}));
  CHECK(Augmentation(like(2, 3, 1), {.flip = 1})(image).dtype() == DType::float64);
  CHECK_THROWS_AS(Augmentation(like(2, 3, 1), {.flip = 1})(zeros({1, 6}, DType::uint8)), DTypeError);
}

TEST_CASE("augmentation: a profile counts it as one", "[data]") {
  const Augmentation augment(like(4, 4, 1), {.elastic = 34});
  Generator generator(1);
  const Profiler profiler;
  augment(zeros({3, 16}), generator);
  const auto entries = profiler.entries();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].name == "augmentation");
  CHECK(entries[0].flop == 3 * 2 * 2 * (2.0 * 4 * 4 * 4));  // two products for each displacement of each image
}
