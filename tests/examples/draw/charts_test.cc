#include "examples/support/draw/charts.h"

#include <cmath>
#include <functional>

#include "autograd/create.h"
#include "examples/support/draw/picture.h"
#include "tests/catch.h"

namespace tandem::examples {
namespace {

Colour pixel(const Tensor& picture, Index x, Index y) {
  const std::uint8_t* p = picture.data<std::uint8_t>() + (y * picture.dim(1) + x) * 3;
  return {p[0], p[1], p[2]};
}

Tensor counts(std::vector<std::int64_t> values, Index k) { return tensor(values, {k, k}); }

TEST_CASE("confusion_matrix: right is blue, wrong is orange, the more the darker", "[examples]") {
  const Tensor picture = confusion_matrix(counts({900, 1, 40, 30, 900, 0, 0, 0, 900}, 3));
  const auto cell = [&](Index row, Index column) { return pixel(picture, 76 + column * 58 + 2, 84 + row * 58 + 2); };
  CHECK(cell(0, 0).blue > cell(0, 0).red);
  CHECK(cell(0, 1).red > cell(0, 1).blue);
  CHECK(cell(0, 2).blue < cell(0, 1).blue);
  CHECK(cell(0, 1) != cell(2, 0));  // one error is seen
}

TEST_CASE("confusion_matrix: any size and degenerate counts", "[examples]") {
  CHECK(confusion_matrix(counts({5}, 1)).rank() == 3);
  CHECK(confusion_matrix(zeros({10, 10}, DType::int64)).rank() == 3);
  CHECK(confusion_matrix(zeros({0, 0}, DType::int64)).rank() == 3);
  CHECK(confusion_matrix(counts(std::vector<std::int64_t>(900, 1'000'000), 30)).dim(1) < 1200);
  CHECK(confusion_matrix(zeros({300, 300}, DType::int64)).dim(1) < 4400);
  CHECK_THROWS_AS(confusion_matrix(zeros({2, 3}, DType::int64)), ShapeError);
  CHECK_THROWS_AS(confusion_matrix(zeros({2, 2})), DTypeError);
}

TEST_CASE("mistakes: each image is shown, enlarged", "[examples]") {
  const Tensor images = tensor(std::vector<std::uint8_t>(2 * 28 * 28, 77), {2, 28, 28});
  const Tensor picture = mistakes(images, labels({4, 0}), labels({9, 6}), tensor({0.99, 1}), 8);
  Index grey = 0;
  for (Index y = 0; y < picture.dim(0); ++y)
    for (Index x = 0; x < picture.dim(1); ++x) grey += pixel(picture, x, y) == Colour{77, 77, 77};
  CHECK(grey == 2 * 112 * 112);
}

TEST_CASE("mistakes: rows, none at all, and confidences that are not finite", "[examples]") {
  const auto picture = [](Index n, Index columns) {
    return mistakes(zeros({n, 5, 9}), zeros({n}, DType::int64), zeros({n}, DType::int64), full({n}, NAN), columns);
  };
  CHECK(picture(7, 3).dim(0) > picture(6, 3).dim(0));
  CHECK(picture(7, 3).dim(1) == picture(6, 3).dim(1));
  CHECK(picture(1, 100).dim(1) < 300);
  CHECK(picture(3, 0).dim(0) > 0);
  CHECK(picture(0, 4).size() > 0);
  CHECK_THROWS_AS(mistakes(zeros({2, 5, 5}), labels({1}), labels({1}), zeros({1}), 4), ShapeError);
}

TEST_CASE("charts: classes stand under their names, or numbers in place of what cannot be read or told apart",
          "[examples]") {
  const auto confusions = [](const std::vector<std::string>& names) {
    return confusion_matrix(counts({5, 1, 2, 5}, 2), names);
  };
  const auto wrong = [](const std::vector<std::string>& names) {
    return mistakes(zeros({1, 28, 28}), labels({0}), labels({1}), tensor({0.9}), 8, names);
  };
  const auto alike = [&](const std::vector<std::string>& names, const std::vector<std::string>& others) {
    const bool here = confusions(names).to_vector<std::uint8_t>() == confusions(others).to_vector<std::uint8_t>();
    CHECK(here == (wrong(names).to_vector<std::uint8_t>() == wrong(others).to_vector<std::uint8_t>()));
    return here;
  };
  const std::string letters(16, 'm');
  CHECK_FALSE(alike({"cat", "dog"}, {}));
  CHECK(alike({letters + "y", "dog"}, {"mmmmmmm..mmmmmmy", "dog"}));
  CHECK_FALSE(alike({letters + "y", letters + "x"}, {}));
  CHECK(alike({"Photographs of cats", "dog"}, {"Photogr..of cats", "dog"}));
  CHECK(alike({"a" + letters + letters, "a" + letters}, {"0", "1"}));
  CHECK(alike({"\u00c4pfel", "Birnen"}, {"0", "Birnen"}));
  CHECK(alike({"Birnen", "two\nlines"}, {"Birnen", "1"}));
  for (const auto& draw : {std::function(confusions), std::function(wrong)}) {
    CHECK(draw({letters, "dog"}).dim(1) > draw({"cat", "dog"}).dim(1));
    CHECK(draw({letters + letters, "dog"}).dim(1) <= draw({letters, "dog"}).dim(1));
  }
}

TEST_CASE("weight_tiles: red above 0, blue below, white at 0, on one scale", "[examples]") {
  const Tensor picture = weight_tiles(tensor({{1, -1, 0, 0.5}}), 1, 4, 1);
  const auto weight = [&](Index i) { return pixel(picture, 16 + i * 15 + 7, 16 + 7); };  // 15 screen pixels each
  CHECK(weight(0).red > weight(0).blue + 50);
  CHECK(weight(1).blue > weight(1).red + 50);
  CHECK(weight(2) == Colour{247, 247, 247});
  CHECK(weight(3).red > weight(0).red);
}

TEST_CASE("weight_tiles: degenerate weights", "[examples]") {
  CHECK_NOTHROW(weight_tiles(zeros({3, 4}), 2, 2, 2));
  CHECK_NOTHROW(weight_tiles(full({3, 4}, NAN), 2, 2, 2));
  CHECK_NOTHROW(weight_tiles(full({1, 4}, INFINITY), 2, 2, 0));
  CHECK_NOTHROW(weight_tiles(zeros({0, 4}), 2, 2, 2));
  CHECK_NOTHROW(weight_tiles(zeros({2, 784}, DType::float64), 28, 28, 10));
  CHECK_THROWS_AS(weight_tiles(zeros({3, 5}), 2, 2, 2), ShapeError);
}

}  // namespace
}  // namespace tandem::examples
