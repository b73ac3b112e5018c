#include "nn/data/picture_format.h"

#include "autograd/create.h"
#include "tests/catch.h"
#include "tests/message_of.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

namespace {

using Pixels = std::vector<std::uint8_t>;

/// A grey, opaque picture.
Tensor grey(const Pixels& values, Index height) {
  Pixels pixels;
  for (const std::uint8_t value : values) pixels.insert(pixels.end(), {value, value, value, 255});
  return tensor(pixels, {height, static_cast<Index>(values.size()) / height, 4});
}

Pixels brought(const PictureFormat& format, const Tensor& picture) {
  const Tensor result = bring_into(format, picture);
  CHECK(result.shape() == Shape{format.height, format.width, format.channels});
  return result.to_vector<std::uint8_t>();
}

}  // namespace

TEST_CASE("picture format: one that fits stays as it is", "[data]") {
  const Pixels values = {0, 10, 20, 30, 40, 255};
  CHECK(brought({2, 3, 1}, grey(values, 2)) == values);
  CHECK(brought({1, 2, 3}, grey({7, 9}, 1)) == Pixels{7, 7, 7, 9, 9, 9});
}

TEST_CASE("picture format: downwards, a pixel is the mean of what it covers", "[data]") {
  CHECK(brought({1, 1, 1}, grey({0, 100, 100, 200}, 2)) == Pixels{100});
  CHECK(brought({2, 2, 1}, grey({0, 30, 60, 90, 120, 150, 180, 210, 240}, 3)) ==
        Pixels{40, 80, 160, 200});  // (4 a + 2 b + 2 d + e) / 9
}

TEST_CASE("picture format: upwards, it is interpolated", "[data]") {
  CHECK(brought({1, 4, 1}, grey({0, 100, 200, 200}, 1)) == Pixels{0, 100, 200, 200});
  CHECK(brought({4, 4, 1}, grey({0, 200, 0, 200}, 2)) ==
        Pixels{0, 50, 150, 200, 0, 50, 150, 200, 0, 50, 150, 200, 0, 50, 150, 200});
  CHECK(brought({2, 2, 1}, grey({9}, 1)) == Pixels{9, 9, 9, 9});
}

TEST_CASE("picture format: the middle is kept", "[data]") {
  CHECK(brought({1, 1, 1}, grey({1, 2, 3}, 1)) == Pixels{2});
  CHECK(brought({2, 2, 1}, grey({1, 2, 3, 4, 5, 6, 7, 8}, 4)) == Pixels{3, 4, 5, 6});
  CHECK(brought({1, 2, 1}, grey({10, 20, 30, 40}, 1)) == Pixels{20, 30});
}

TEST_CASE("picture format: colours and transparency", "[data]") {
  const Tensor picture = tensor(Pixels{255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 102}, {1, 3, 4});
  CHECK(brought({1, 3, 3}, picture) == Pixels{255, 0, 0, 255, 255, 255, 153, 153, 255});
  CHECK(brought({1, 3, 1}, picture) == Pixels{77, 255, 165});  // (77 red + 150 green + 29 blue) / 256
}

TEST_CASE("picture format: what is none is refused", "[data]") {
  const Tensor picture = grey({1}, 1);
  CHECK_THAT(message_of<ValueError>([&] { bring_into({0, 3, 1}, picture); }), ContainsSubstring("0 x 3 x 1"));
  CHECK_THROWS_AS(bring_into({1, 5000, 1}, picture), ValueError);
  CHECK_THROWS_AS(bring_into({1, 1, 4}, picture), ValueError);
  CHECK_THROWS_AS(bring_into({1, 1, 1}, Tensor({1, 1, 3}, DType::uint8)), ShapeError);
  CHECK_THROWS_AS(bring_into({1, 1, 1}, Tensor({0, 1, 4}, DType::uint8)), ShapeError);
}

TEST_CASE("picture format: rows as pictures", "[data]") {
  CHECK(as_pictures(Tensor({5, 6}, DType::uint8), {2, 3, 1}).shape() == Shape{5, 2, 3});
  CHECK(as_pictures(Tensor({5, 18}, DType::uint8), {2, 3, 3}).shape() == Shape{5, 2, 3, 3});
}

TEST_CASE("picture format: ink on a transparent ground is seen on paper", "[data]") {
  const Pixels ink = {0, 51, 255, 204};
  Pixels pixels, expected;
  for (const std::uint8_t opacity : ink) {
    pixels.insert(pixels.end(), {0, 0, 0, opacity});  // black
    expected.push_back(static_cast<std::uint8_t>(255 - opacity));
  }
  const Tensor paper = on_paper(tensor(pixels, {2, 2, 4}));
  CHECK(paper.shape() == Shape{2, 2});
  CHECK(paper.to_vector<std::uint8_t>() == expected);
}
