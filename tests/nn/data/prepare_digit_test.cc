#include "nn/data/prepare_digit.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/create.h"
#include "autograd/random.h"
#include "nn/data/synthetic.h"
#include "tests/catch.h"
#include "tests/message_of.h"

namespace tandem::data {
namespace {

/// The picture with each pixel as a square of `factor`, on `margin` pixels of paper at the left and at the
/// top, drawn with `paper` for 0 and `ink` for 255.
Tensor drawn(const Tensor& digit, Index factor, Index margin, int paper, int ink) {
  const Index h = digit.dim(0) * factor + margin, w = digit.dim(1) * factor + margin;
  Tensor picture({h, w}, DType::uint8);
  std::uint8_t* to = picture.mutable_data<std::uint8_t>();
  for (Index y = 0; y < h; ++y)
    for (Index x = 0; x < w; ++x) {
      const bool inside = y >= margin && x >= margin;
      const int level =
          inside ? digit.data<std::uint8_t>()[(y - margin) / factor * digit.dim(1) + (x - margin) / factor] : 0;
      *to++ = static_cast<std::uint8_t>(paper + (ink - paper) * level / 255);
    }
  return picture;
}

/// Mean difference of two pictures of one shape, in levels of 255.
double difference(const Tensor& a, const Tensor& b) {
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::abs(x[i] - y[i]);
  return sum / static_cast<double>(x.size());
}

TEST_CASE("prepare_digit: a digit as MNIST has it stays what it is", "[data]") {
  Tensor digit = zeros({28, 28}, DType::uint8);  // a T, 20 high, its centre of mass in pixel (14, 14)
  for (Index y = 7; y < 27; ++y)
    for (Index x = 8; x < 21; ++x)
      if (y < 10 || (x >= 13 && x < 16)) digit.mutable_data<std::uint8_t>()[y * 28 + x] = 255;
  CHECK(difference(prepare_digit(digit), digit) == 0);
}

TEST_CASE("prepare_digit: what is prepared once needs no more", "[data]") {
  const Images digits = synthetic_digits(20);
  for (Index i = 0; i < digits.size(); ++i) {
    const Tensor once = prepare_digit(digits.pixels[i].reshape({28, 28}));
    CHECK(difference(prepare_digit(once), once) < 1);
  }
}

TEST_CASE("prepare_digit: size, place, paper and contrast of the picture hardly matter", "[data]") {
  const Images digits = synthetic_digits(10, 3);
  const auto [factor, margin, paper, ink] =
      GENERATE(table<Index, Index, int, int>({{1, 0, 255, 0}, {7, 0, 0, 255}, {10, 60, 255, 0}, {3, 11, 200, 60}}));
  CAPTURE(factor, margin, paper, ink);
  for (Index i = 0; i < digits.size(); ++i) {
    const Tensor digit = digits.pixels[i].reshape({28, 28});
    CHECK(difference(prepare_digit(drawn(digit, factor, margin, paper, ink)), prepare_digit(digit)) < 4);
  }
}

TEST_CASE("prepare_digit: the digit fits 20 x 20, and its centre of mass is in the middle", "[data]") {
  Tensor bar = zeros({300, 90}, DType::uint8);  // upright, off the middle
  for (Index y = 100; y < 260; ++y)
    for (Index x = 60; x < 76; ++x) bar.mutable_data<std::uint8_t>()[y * 90 + x] = 200;
  const Tensor prepared = prepare_digit(bar);
  REQUIRE(prepared.shape() == Shape{28, 28});
  for (Index y = 0; y < 28; ++y)
    for (Index x = 0; x < 28; ++x) {
      const bool inside = y >= 4 && y < 24 && x >= 13 && x < 15;
      CHECK(prepared.data<std::uint8_t>()[y * 28 + x] == (inside ? 255 : 0));
    }
}

TEST_CASE("prepare_digit: paper that is not even is still paper", "[data]") {
  const Tensor digit = synthetic_digits(1).pixels[0].reshape({28, 28});
  Tensor picture = drawn(digit, 8, 0, 230, 20);
  std::uint8_t* pixels = picture.mutable_data<std::uint8_t>();
  for (Index i = 0; i < picture.size(); ++i) pixels[i] = static_cast<std::uint8_t>(pixels[i] - i * 7 % 11);  // grain
  CHECK(difference(prepare_digit(picture), prepare_digit(digit)) < 6);
}

TEST_CASE("prepare_digit: the noise of a camera is no ink", "[data]") {
  const auto [ink, deviation] = GENERATE(table<int, double>({{190, 4}, {120, 15}, {40, 30}}));
  const Tensor digit = synthetic_digits(1).pixels[0].reshape({28, 28});
  const Tensor photo = drawn(digit, 40, 100, 220, ink);
  Generator generator(1);
  const auto noise = randn(photo.shape(), DType::float32, generator).to_vector<double>();
  const auto level = photo.to_vector<double>();
  std::vector<std::uint8_t> noisy;
  for (std::size_t i = 0; i < level.size(); ++i)
    noisy.push_back(static_cast<std::uint8_t>(std::clamp(level[i] + deviation * noise[i], 0.0, 255.0)));
  CHECK(difference(prepare_digit(tensor(noisy, photo.shape())), prepare_digit(digit)) < 6);
}

TEST_CASE("prepare_digit: a picture without ink", "[data]") {
  CHECK_THAT(test::message_of<ValueError>([] {
               prepare_digit(full({40, 60}, 250, DType::uint8));
             }),
             ContainsSubstring("[40, 60], shows nothing") && ContainsSubstring("between 250 and 250"));
  CHECK_THROWS_AS(prepare_digit(zeros({1, 1}, DType::uint8)), ValueError);
  CHECK_THROWS_AS(prepare_digit(zeros({0, 5}, DType::uint8)), ShapeError);
  CHECK_THROWS_AS(prepare_digit(zeros({28, 28, 3}, DType::uint8)), ShapeError);
}

TEST_CASE("prepare_digit: a picture of something else", "[data]") {
  Tensor stripes = zeros({30, 20}, DType::uint8);  // as a shirt that fills the picture
  for (Index y = 0; y < 30; y += 3) stripes.rows(y, y + 1).fill_(240);
  CHECK_THAT(test::message_of<ValueError>([&] { prepare_digit(stripes); }),
             ContainsSubstring("[30, 20], shows no ink on paper: its pixels lie between 0 and 240") &&
                 ContainsSubstring("those along its border, which should be paper, between 0 and 240") &&
                 ContainsSubstring("hint: one digit, dark on light or light on dark"));
}

}  // namespace
}  // namespace tandem::data
