#include "examples/support/draw/terminal_image.h"

#include <cmath>

#include "autograd/create.h"
#include "tests/catch.h"

namespace tandem::examples {
namespace {

TEST_CASE("ascii_shades: two letters a pixel, nothing after the last one", "[examples]") {
  CHECK(ascii_shades(tensor({{0, 1, 0}, {0.5, 0, 0}})) == "  @@\n++\n");
  CHECK(ascii_shades(tensor(std::vector<std::uint8_t>{255, 0, 0, 0}, {2, 2})) == "@@\n\n");
}

TEST_CASE("half_blocks: two pixels a letter, the upper one in front", "[examples]") {
  CHECK(half_blocks(tensor({1, 0}).reshape({2, 1})) == "\x1b[38;2;255;255;255m\x1b[48;2;0;0;0m▀\x1b[0m\n");
  CHECK(half_blocks(tensor(std::vector<std::uint8_t>{9}, {1, 1})) == "\x1b[38;2;9;9;9m\x1b[48;2;0;0;0m▀\x1b[0m\n");
}

TEST_CASE("terminal images: degenerate input", "[examples]") {
  CHECK(ascii_shades(tensor({{NAN, -3, 7}})) == "    @@\n");
  CHECK(half_blocks(zeros({0, 5})).empty());
  CHECK(ascii_shades(zeros({2, 0})) == "\n\n");
  CHECK_FALSE(terminal_image(zeros({28, 28})).empty());
  CHECK_THROWS_AS(ascii_shades(zeros({4})), ShapeError);
  CHECK_THROWS_AS(half_blocks(zeros({2, 2, 2})), ShapeError);
}

TEST_CASE("terminal images: in colour", "[examples]") {
  const Tensor image = tensor(std::vector<std::uint8_t>{255, 0, 9, 0, 255, 0}, {2, 1, 3});
  CHECK(half_blocks(image) == "\x1b[38;2;255;0;9m\x1b[48;2;0;255;0m▀\x1b[0m\n");
  CHECK(ascii_shades(image) == "--\n++\n");
}

}  // namespace
}  // namespace tandem::examples
