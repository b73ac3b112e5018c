#include "nn/io/image.h"

#include <cmath>
#include <limits>

#include "autograd/create.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

Tensor colours() {
  return tensor(Bytes{255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90}, {2, 3, 3});
}

/// A BMP of 24 bits a pixel that is all of one colour; `width` and `height` may lie.
std::string bmp(std::uint32_t width, std::uint32_t height, std::size_t data_bytes) {
  return "BM" + little_endian(54 + data_bytes, 4) + little_endian(0, 4) + little_endian(54, 4) + little_endian(40, 4) +
         little_endian(width, 4) + little_endian(height, 4) + little_endian(1, 2) + little_endian(24, 2) +
         std::string(24, '\0') + std::string(data_bytes, '\x40');
}

std::string refusal(const std::string& content) {
  const TemporaryFolder folder;
  write_bytes(folder / "x", content);
  return message_of<FileError>([&] { read_image(folder / "x"); });
}

}  // namespace

TEST_CASE("image: what was written is read", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", colours());
  const Tensor colour = read_image(folder / "x.png", 3), grey = read_image(folder / "x.png");
  CHECK(colour.shape() == Shape{2, 3, 3});
  CHECK(colour.to_vector<std::uint8_t>() == colours().to_vector<std::uint8_t>());
  CHECK(grey.shape() == Shape{2, 3});
  CHECK(grey.to_vector<std::uint8_t>() == Bytes{76, 149, 28, 18, 48, 78});

  const Tensor pixels = tensor(Bytes{0, 1, 2, 253, 254, 255}, {3, 2});
  for (const Shape& shape : {Shape{3, 2}, Shape{3, 2, 1}}) {
    write_png(folder / "x.png", pixels.reshape(shape));
    CHECK(read_image(folder / "x.png").shape() == Shape{3, 2});
    CHECK(read_image(folder / "x.png").to_vector<std::uint8_t>() == pixels.to_vector<std::uint8_t>());
  }
}

TEST_CASE("image: brightness, in whole numbers and others", "[io]") {
  STATIC_REQUIRE(brightness(255, 255, 255) == 255);
  STATIC_REQUIRE(brightness(255, 0, 0) == 76);  // as a picture of these colours is read, above
  STATIC_REQUIRE(brightness(0, 255, 0) == 149);
  STATIC_REQUIRE(brightness(0, 0, 255) == 28);
  STATIC_REQUIRE(brightness(1.0, 0.0, 0.5) == (77 + 14.5) / 256);
}

TEST_CASE("image: opacity is read, and what has none is opaque", "[io]") {
  // Four entries of one colour, 97, whose opacities are 97 to 100; the second row goes through them backwards.
  const std::string palette = TANDEM_SOURCE_DIR "/tests/fuzz/corpus/image/palette.png";
  const Tensor picture = read_image(palette, 4);
  CHECK(picture.shape() == Shape{2, 4, 4});
  CHECK(picture.to_vector<std::uint8_t>() == Bytes{97, 97, 97, 97,  97, 97, 97, 98, 97, 97, 97, 99, 97, 97, 97, 100,
                                                   97, 97, 97, 100, 97, 97, 97, 99, 97, 97, 97, 98, 97, 97, 97, 97});
  CHECK(read_image(palette).to_vector<std::uint8_t>() == Bytes(8, 97));

  const TemporaryFolder folder;
  write_png(folder / "x.png", colours().rows(0, 1));
  CHECK(read_image(folder / "x.png", 4).to_vector<std::uint8_t>() ==
        Bytes{255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255});
  write_png(folder / "x.png", tensor(Bytes{7, 8}, {1, 2}));
  CHECK(read_image(folder / "x.png", 4).to_vector<std::uint8_t>() == Bytes{7, 7, 7, 255, 8, 8, 8, 255});
}

TEST_CASE("image: floating numbers are rounded and clamped", "[io]") {
  const TemporaryFolder folder;
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor x = tensor({{0, 1, 0.5, 100.4 / 255, 100.6 / 255}, {-1, 2, NAN, inf, -inf}}, DType::float64);
  for (const DType dtype : {DType::float32, DType::float64}) {
    write_png(folder / "x.png", x.to(dtype));
    CHECK(read_image(folder / "x.png").to_vector<std::uint8_t>() == Bytes{0, 255, 128, 100, 101, 0, 255, 0, 255, 0});
    CHECK(to_bytes(x.to(dtype)).shape() == x.shape());
  }
}

TEST_CASE("image: what is not a picture is not written", "[io]") {
  const TemporaryFolder folder;
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{3, 3, 2}, Shape{0, 3}, Shape{1, 3, 3, 3}})
    CHECK_THAT(message_of<ShapeError>([&] { write_png(folder / "x.png", zeros(shape)); }),
               ContainsSubstring("write_png: picture is " + to_string(shape)) &&
                   ContainsSubstring("rule: picture is [height, width]"));
  CHECK_THAT(message_of<ShapeError>([&] {
               write_png(folder / "x.png", Tensor({8193, 8192}, DType::uint8));
             }),
             ContainsSubstring("rule: height * width <= 2^26"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("image: a full disk leaves the old picture", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", zeros({2, 2}));
  {
    const FullDisk full(50);
    CHECK_THROWS_AS(write_png(folder / "x.png", ones({100, 100})), WriteError);
  }
  CHECK(read_image(folder / "x.png").shape() == Shape{2, 2});
  CHECK(folder.entries() == 1);
}

TEST_CASE("image: a file that is no picture is refused", "[io]") {
  CHECK_THAT(refusal(""), ContainsSubstring("not a picture that can be read") &&
                              ContainsSubstring("hint: PNG, JPEG, BMP, GIF and TGA are read"));
  CHECK_THAT(refusal("a text, a rather long one, that is no picture at all"),
             ContainsSubstring("not a picture that can be read"));
  CHECK_THAT(refusal("\x89PNG\r\n\x1a\n but then something else"), ContainsSubstring("not a picture that can be read"));
  CHECK_THROWS_AS(read_image("/dev/zero"), FileError);
  CHECK_THAT(message_of<ValueError>([] { read_image("x", 2); }), ContainsSubstring("2 channels"));
}

TEST_CASE("image: a picture that breaks off is refused", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", colours());
  const std::string png = read_bytes(folder / "x.png");
  for (std::size_t n = 0; n + 12 < png.size(); ++n) CHECK_FALSE(refusal(png.substr(0, n)).empty());

  write_bytes(folder / "x.bmp", bmp(4, 4, 48));
  CHECK(read_image(folder / "x.bmp").to_vector<std::uint8_t>() == Bytes(16, 0x40));
  CHECK_THAT(refusal(bmp(4, 4, 47)), ContainsSubstring("byte 101: the picture of 4 x 4 pixels breaks off"));
}

TEST_CASE("image: a header that promises much takes no memory", "[io]") {
  CHECK_THAT(refusal(bmp(9000, 9000, 100)), ContainsSubstring("promises a picture of 9000 x 9000 pixels") &&
                                                ContainsSubstring("at most 67,108,864 pixels are read"));
  CHECK_THAT(refusal(bmp(8000, 8000, 100)), ContainsSubstring("no file of 154 bytes can hold that many"));
  CHECK_THAT(refusal(bmp(0x7fffffff, 0x7fffffff, 100)), ContainsSubstring("at most 67,108,864 pixels are read"));
  CHECK_THAT(refusal(bmp(70'000, 1, 300'000)), ContainsSubstring("not a picture that can be read (too large)"));
}

TEST_CASE("image: no damage does harm", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x", colours());
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_image(path); }) > 100);
  write_bytes(folder / "x", bmp(3, 2, 24));
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_image(path); }) > 70);
  // A GIF of one black pixel, and a TGA of 2 x 2.
  write_bytes(folder / "x", std::string("GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 35));
  CHECK(read_image(folder / "x").shape() == Shape{1, 1});
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_image(path); }) > 20);
  write_bytes(folder / "x", std::string("\0\0\2\0\0\0\0\0\0\0\0\0\2\0\2\0\x18\0", 18) + "abcdefghijkl");
  CHECK(read_image(folder / "x").shape() == Shape{2, 2});
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_image(path); }) > 20);
}

TEST_CASE("grid: row after row, padding between and around", "[io]") {
  const Tensor images = tensor({{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}});
  const Tensor picture = grid(images, 2, 1, 0.5);
  const double b = 0.5;
  CHECK(picture.shape() == Shape{7, 7});
  CHECK(picture.to_vector<double>() == std::vector<double>{b, b,  b,  b, b, b, b,  //
                                                           b, 1,  2,  b, 5, 6, b,  //
                                                           b, 3,  4,  b, 7, 8, b,  //
                                                           b, b,  b,  b, b, b, b,  //
                                                           b, 9,  10, b, b, b, b,  //
                                                           b, 11, 12, b, b, b, b,  //
                                                           b, b,  b,  b, b, b, b});
  CHECK(grid(images.reshape({3, 1, 4}), 3, 0).shape() == Shape{1, 12});
  CHECK(grid(zeros({64, 784})).shape() == Shape{2 + 8 * 30, 2 + 8 * 30});
  CHECK(grid(zeros({5, 4})).shape() == Shape{2 + 2 * 4, 2 + 3 * 4});
  CHECK(grid(zeros({2, 4}), 10).shape() == Shape{2 + 4, 2 + 2 * 4});

  const Tensor coloured = grid(tensor(Bytes{1, 2, 3, 4, 5, 6}, {2, 1, 1, 3}), 2, 0);
  CHECK(coloured.shape() == Shape{1, 2, 3});
  CHECK(coloured.to_vector<std::uint8_t>() == Bytes{1, 2, 3, 4, 5, 6});
}

TEST_CASE("grid: what makes no grid is refused", "[io]") {
  CHECK_THAT(message_of<ShapeError>([] { grid(zeros({3, 5})); }), ContainsSubstring("d is a square number"));
  CHECK_THAT(message_of<ShapeError>([] { grid(zeros({3})); }),
             ContainsSubstring("images are [n, d], [n, height, width]"));
  CHECK_THROWS_AS(grid(zeros({0, 4})), ShapeError);
  CHECK_THROWS_AS(grid(zeros({1, 4}), -1), ValueError);
  CHECK_THROWS_AS(grid(zeros({1, 4}), 1, -1), ValueError);
}
