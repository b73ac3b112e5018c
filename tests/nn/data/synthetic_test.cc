#include "nn/data/synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/catch.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::data;

namespace {
const std::uint8_t* pixels_of(const Images& images, Index i) { return images.pixels.data<std::uint8_t>() + i * 784; }
}  // namespace

TEST_CASE("synthetic: every ten images hold each digit once, in changing order", "[data]") {
  const Images images = synthetic_digits(200);
  CHECK(images.pixels.shape() == Shape{200, 784});
  CHECK(images.height == 28);
  CHECK(images.width == 28);
  CHECK(images.classes == 10);
  const std::vector<int> labels = [&] {
    const auto all = images.labels.to_vector<std::int64_t>();
    return std::vector<int>(all.begin(), all.end());
  }();
  for (auto block = labels.begin(); block != labels.end(); block += 10) {
    std::vector<int> sorted(block, block + 10);
    std::sort(sorted.begin(), sorted.end());
    CHECK(sorted == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  }
  CHECK_FALSE(std::equal(labels.begin(), labels.begin() + 10, labels.begin() + 10));
}

TEST_CASE("synthetic: an image depends on the seed and its place only", "[data]") {
  const Images many = with_threads(2, [] { return synthetic_digits(73, 5); });
  const Images few = with_threads(1, [] { return synthetic_digits(31, 5); });
  const Images other = synthetic_digits(31, 6);
  CHECK(many.first(31).pixels.to_vector<std::uint8_t>() == few.pixels.to_vector<std::uint8_t>());
  CHECK(many.first(31).labels.to_vector<std::int64_t>() == few.labels.to_vector<std::int64_t>());
  CHECK(other.pixels.to_vector<std::uint8_t>() != few.pixels.to_vector<std::uint8_t>());
  CHECK(synthetic_digits(0).size() == 0);
  CHECK_THROWS_AS(synthetic_digits(-1), ValueError);
}

TEST_CASE("synthetic: the ink lies as in MNIST", "[data]") {
  const Images images = synthetic_digits(500);
  double total = 0;
  for (Index i = 0; i < images.size(); ++i) {
    const std::uint8_t* pixels = pixels_of(images, i);
    double mass = 0, x_sum = 0, y_sum = 0;
    int left = 28, right = -1, top = 28, bottom = -1;
    for (int y = 0; y < 28; ++y)
      for (int x = 0; x < 28; ++x)
        if (const int ink = pixels[28 * y + x]) {
          mass += ink;
          x_sum += ink * (x + .5);
          y_sum += ink * (y + .5);
          left = std::min(left, x), right = std::max(right, x);
          top = std::min(top, y), bottom = std::max(bottom, y);
        }
    REQUIRE(mass > 0);
    CHECK(std::abs(x_sum / mass - 14) < 1.5);
    CHECK(std::abs(y_sum / mass - 14) < 1.5);
    const int extent = std::max(right - left, bottom - top) + 1;
    CHECK(extent >= 18);
    CHECK(extent <= 23);
    CHECK(*std::max_element(pixels, pixels + 784) > 200);
    total += mass;
  }
  const double mean = total / 255 / 784 / static_cast<double>(images.size());
  CHECK(mean > 0.09);  // MNIST: 0.131
  CHECK(mean < 0.17);
}

TEST_CASE("synthetic: a classifier has something to learn, and not too little", "[data]") {
  // The nearest of 1,000 training images has the same digit nearly always, but not always.
  const Images train = synthetic_digits(1000, 1), test = synthetic_digits(100, 2);
  int right = 0;
  for (Index i = 0; i < test.size(); ++i) {
    int nearest_distance = 1 << 30;
    Index nearest = 0;
    for (Index j = 0; j < train.size(); ++j) {
      int distance = 0;
      for (int k = 0; k < 784; ++k) {
        const int difference = pixels_of(test, i)[k] - pixels_of(train, j)[k];
        distance += difference * difference;
      }
      if (distance < nearest_distance) nearest_distance = distance, nearest = j;
    }
    right += test.labels.data<std::int64_t>()[i] == train.labels.data<std::int64_t>()[nearest];
  }
  INFO(right << " of 100");
  CHECK(right >= 85);
  CHECK(right < 100);
}
