#include "nn/data/binarize.h"

#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "tests/check.h"
#include "tests/nn/data/images.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

TEST_CASE("binarize: a pixel is 1 with its grey value as the probability", "[data]") {
  Generator generator(1);
  const Tensor image = broadcast_to(tensor({0, 0.1, 0.5, 0.9, 1}), {20000, 5});
  const Tensor draw = binarize(image, generator);
  const std::vector<double> shares = mean(draw, {0}).to_vector<double>();
  for (const double pixel : draw.to_vector<double>()) REQUIRE((pixel == 0 || pixel == 1));
  CHECK(shares.front() == 0);
  CHECK(shares.back() == 1);
  const double expected[] = {0.1, 0.5, 0.9};
  for (std::size_t i = 0; i < 3; ++i) {
    INFO("probability " << expected[i]);
    CHECK_THAT(shares[i + 1], WithinAbs(expected[i], 4 * std::sqrt(expected[i] * (1 - expected[i]) / 20000)));
  }
}

TEST_CASE("binarize: dynamic draws differ, fixed ones are the seed's", "[data]") {
  const Images images = small_images(20);
  const Tensor grey = images.batch(0, 20).image;
  Generator generator(3);
  CHECK(difference(binarize(grey, generator), binarize(grey, generator), 0) != "");

  const Images black_and_white = binarize(images, 3);
  check_equal(black_and_white.pixels, binarize(images, 3).pixels);
  CHECK(difference(black_and_white.pixels, binarize(images, 4).pixels, 0) != "");
  check_equal(black_and_white.labels, images.labels);
  for (const auto byte : black_and_white.pixels.to_vector<std::uint8_t>()) REQUIRE((byte == 0 || byte == 255));
}

TEST_CASE("binarize: the first images are the same whatever follows", "[data]") {
  Images images = small_images(2);
  images.pixels = full({2300, 6}, 128, DType::uint8);  // more than are drawn at once
  images.labels = zeros({2300}, DType::int64);
  check_equal(binarize(images.first(1500), 1).pixels, binarize(images, 1).first(1500).pixels);
}

TEST_CASE("binarize: of no images there are none", "[data]") { CHECK(binarize(Images{}, 1).size() == 0); }
