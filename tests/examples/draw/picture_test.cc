#include "examples/support/draw/picture.h"

#include <cmath>

#include "autograd/create.h"
#include "tests/catch.h"
#include "tests/message_of.h"

using namespace tandem;
using namespace tandem::examples;

namespace {

constexpr Colour red{255, 0, 0};

/// Number of pixels that are not white.
Index marked(const Picture& picture) {
  Index count = 0;
  for (Index y = 0; y < picture.height(); ++y)
    for (Index x = 0; x < picture.width(); ++x) count += picture.at(x, y) != white;
  return count;
}

TEST_CASE("picture: begins in one colour, as bytes", "[examples]") {
  const Picture picture(4, 3, red);
  CHECK(picture.pixels().shape() == Shape{3, 4, 3});
  CHECK(picture.pixels().dtype() == DType::uint8);
  CHECK(picture.at(3, 2) == red);
  CHECK_THROWS_AS(Picture(0, 3), ValueError);
  CHECK_THAT(test::message_of<ValueError>([&] { picture.at(4, 0); }), ContainsSubstring("(4, 0) is outside of 4 x 3"));
}

TEST_CASE("picture: a rectangle is cut off at the edges", "[examples]") {
  Picture picture(5, 4);
  picture.rectangle(1, 1, 2, 2, red);
  CHECK(marked(picture) == 4);
  CHECK(picture.at(2, 2) == red);
  CHECK(picture.at(3, 2) == white);
  picture.rectangle(-10, -10, 100, 100, red);
  CHECK(marked(picture) == 20);
  picture.rectangle(2, 2, -1, 3, black);
  picture.rectangle(50, 50, 3, 3, black);
  CHECK(picture.at(2, 2) == red);
}

TEST_CASE("picture: a line has its thickness, smooth edges and round ends", "[examples]") {
  Picture picture(20, 11);
  picture.line({4, 5.5}, {16, 5.5}, black, 3);
  CHECK(picture.at(10, 5) == black);
  CHECK(picture.at(10, 4) == black);
  CHECK(picture.at(10, 3) == white);
  CHECK(picture.at(17, 5) != white);
  CHECK(picture.at(18, 5) == white);

  Picture shifted(20, 11);
  shifted.line({4, 5}, {16, 5}, black, 1);  // half on each of two rows of pixels
  CHECK(shifted.at(10, 4) == shifted.at(10, 5));
  CHECK(shifted.at(10, 4).red == 128);
}

TEST_CASE("picture: lines that cannot be drawn draw nothing", "[examples]") {
  Picture picture(8, 8);
  picture.line({NAN, 1}, {3, 3}, black);
  picture.line({0, 0}, {INFINITY, 3}, black);
  picture.line({-50, -50}, {-20, -20}, black, 3);
  CHECK(marked(picture) == 0);
  picture.line({-1e300, 4.5}, {1e300, 4.5}, black);
  picture.disc({4, 4}, 0, black);
  picture.disc({1.5, 1.5}, 1, black);
  CHECK(picture.at(1, 1) == black);
}

TEST_CASE("picture: text stands where it is aligned", "[examples]") {
  const std::string word = "Loss 0.5";
  const Index w = Picture::text_width(word), h = Picture::text_height();
  CHECK(Picture::text_width(word, 4) == 2 * w);
  CHECK(Picture::text_width("") == 0);
  const auto [align, x] =
      GENERATE_COPY(table<Align, Index>({{Align::left, 10}, {Align::centre, 10 + w / 2}, {Align::right, 10 + w}}));
  Picture picture(w + 20, h + 20);
  picture.text(x, 10, word, black, align);
  CHECK(marked(picture) > 50);
  Picture inside(w + 20, h + 20);
  inside.text(x, 10, word, black, align);
  inside.rectangle(9, 9, w + 2, h + 2, white);
  CHECK(marked(inside) == 0);
}

TEST_CASE("picture: letters outside of ASCII become question marks", "[examples]") {
  CHECK(Picture::text_width("é\n") == Picture::text_width("??"));
  Picture picture(40, 20);
  picture.text(2, 2, "日本\x7f\xff");
  CHECK(marked(picture) > 0);
  picture.text(-500, 900, std::string(1000, 'M'));
}

TEST_CASE("picture: an image is enlarged, grey or in colour, bytes or floating", "[examples]") {
  Picture picture(6, 6, red);
  picture.paste(1, 1, tensor(std::vector<std::uint8_t>{0, 255, 128, 7}, {2, 2}), 2);
  CHECK(picture.at(0, 0) == red);
  CHECK(picture.at(2, 2) == black);
  CHECK(picture.at(3, 1) == white);
  CHECK(picture.at(1, 4) == Colour{128, 128, 128});
  picture.paste(5, 5, tensor({{0.5, NAN}, {2, -1}}), 1);
  CHECK(picture.at(5, 5) == Colour{128, 128, 128});
  picture.paste(0, 0, tensor(std::vector<std::uint8_t>{1, 2, 3}, {1, 1, 3}));
  CHECK(picture.at(0, 0) == Colour{1, 2, 3});
  CHECK_THROWS_AS(picture.paste(0, 0, zeros({4})), ShapeError);
  CHECK_THROWS_AS(picture.paste(0, 0, zeros({4, 4, 2})), ShapeError);
}

TEST_CASE("picture: colours are mixed", "[examples]") {
  CHECK(mix(black, white, 0.2) == Colour{51, 51, 51});
  CHECK(mix(black, white, -1) == black);
  CHECK(mix(black, white, 7) == white);
  CHECK(mix(black, white, NAN) == black);
}

}  // namespace
