#include "nn/io/exif.h"

#include <algorithm>
#include <string>
#include <vector>

#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

constexpr std::uint64_t orientation_tag = 0x0112, short_type = 3;
const std::string exif = std::string("Exif\0\0", 6);

/// Exif data in one order of bytes.
struct Exif {
  std::string (*number)(std::uint64_t, std::size_t);

  std::string entry(std::uint64_t tag, std::uint64_t type, std::uint64_t count, std::uint64_t value) const {
    return number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 2) + number(0, 2);
  }
  std::string with(std::uint64_t entries, const std::string& content, std::uint64_t directory = 8) const {
    return exif + (number(1, 2)[0] ? "II" : "MM") + number(42, 2) + number(directory, 4) + number(entries, 2) +
           content + number(0, 4);
  }
  std::string operator()(std::uint64_t orientation) const {
    return with(2, entry(0x0100, short_type, 1, 7) + entry(orientation_tag, short_type, 1, orientation));
  }
};
const Exif small_first{little_endian}, large_first{big_endian};

std::string jpeg_segment(unsigned char marker, const std::string& content) {
  return std::string("\xff") + static_cast<char>(marker) + big_endian(content.size() + 2, 2) + content;
}

/// A JPEG file of nothing but the segment.
std::string jpeg_with(const std::string& app_1) { return "\xff\xd8" + jpeg_segment(0xe1, app_1) + "\xff\xd9"; }

int orientation_in(const std::string& file) { return io::detail::orientation_of(std::as_bytes(std::span(file))); }

/// Which pixel of a picture [h, w] is seen at (y, x) when it stands upright.
struct Place {
  Index y, x;
};
Place stored_place(int orientation, Index y, Index x, Index h, Index w) {
  switch (orientation) {
    case 2: return {y, w - 1 - x};          // left and right exchanged
    case 3: return {h - 1 - y, w - 1 - x};  // upside down
    case 4: return {h - 1 - y, x};          // top and bottom exchanged
    case 5: return {x, y};                  // turned by a diagonal
    case 6: return {h - 1 - x, y};          // its left side is up
    case 7: return {h - 1 - x, w - 1 - y};  // turned by the other diagonal
    case 8: return {x, w - 1 - y};          // its right side is up
    default: return {y, x};
  }
}

}  // namespace

TEST_CASE("exif: a photograph of any orientation stands upright", "[io]") {
  const std::string jpeg = TANDEM_SOURCE_DIR "/tests/fuzz/corpus/image/colour.jpg";
  const std::string content = read_bytes(jpeg);
  const TemporaryFolder folder;
  const int channels = GENERATE(1, 3, 4);
  const Tensor stored = read_image(jpeg, channels);
  const Index h = stored.dim(0), w = stored.dim(1);
  REQUIRE(h != w);
  for (const Exif& order : {small_first, large_first})
    for (int orientation = 1; orientation <= 8; ++orientation) {
      CAPTURE(channels, orientation);
      const std::string exif_segment = jpeg_segment(0xe1, order(static_cast<std::uint64_t>(orientation)));
      write_bytes(folder / "x.jpg", std::string(content).insert(2, exif_segment));
      const Tensor upright = read_image(folder / "x.jpg", channels);
      REQUIRE(upright.rank() == stored.rank());
      REQUIRE(upright.dim(0) == (orientation < 5 ? h : w));
      REQUIRE(upright.dim(1) == (orientation < 5 ? w : h));
      for (Index y = 0; y < upright.dim(0); ++y)
        for (Index x = 0; x < upright.dim(1); ++x) {
          const Place place = stored_place(orientation, y, x, h, w);
          const auto* seen = upright.data<std::uint8_t>() + (y * upright.dim(1) + x) * channels;
          REQUIRE(std::equal(seen, seen + channels, stored.data<std::uint8_t>() + (place.y * w + place.x) * channels));
        }
    }
}

TEST_CASE("exif: turned by single pixels", "[io]") {
  const std::vector<std::uint8_t> stored = {1, 2, 3, 4, 5, 6};  // 2 x 3
  const std::vector<std::vector<std::uint8_t>> upright = {{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
                                                          {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
                                                          {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    std::vector<std::uint8_t> turned(6);
    io::detail::turn_upright(orientation, stored.data(), 2, 3, 1, turned.data());
    CHECK(turned == upright[static_cast<std::size_t>(orientation) - 1]);
  }
}

TEST_CASE("exif: the orientation is found where it stands", "[io]") {
  CHECK(orientation_in(jpeg_with(small_first(6))) == 6);
  CHECK(orientation_in(jpeg_with(large_first(8))) == 8);
  CHECK(orientation_in("\xff\xd8" + jpeg_segment(0xe1, "http://ns.adobe.com/xap/1.0/") + "\xff\xff" +
                       jpeg_segment(0xe1, small_first(3)).substr(1)) == 3);
  CHECK(orientation_in(jpeg_with(small_first.with(1, small_first.entry(orientation_tag, short_type, 1, 5)))) == 5);
}

TEST_CASE("exif: what makes no sense turns nothing", "[io]") {
  const Exif& e = small_first;
  const auto one = [&](std::uint64_t tag, std::uint64_t type, std::uint64_t count, std::uint64_t value) {
    return jpeg_with(e.with(1, e.entry(tag, type, count, value)));
  };
  for (const std::string& file :
       {std::string(), std::string("\xff"), std::string("\xff\xd8"), std::string("\xff\xd8\xff\xe1"),
        "no JPEG" + jpeg_segment(0xe1, e(6)), jpeg_with(""), jpeg_with(exif), jpeg_with(exif + "II"),
        "\xff\xd8" + jpeg_segment(0xda, "") + jpeg_segment(0xe1, e(6)),  // in the picture's data
        "\xff\xd8\xff\xe1" + big_endian(1, 2) + e(6),                    // shorter than its own length
        "\xff\xd8\xff\xe1" + big_endian(0xffff, 2) + e(6),               // longer than the file
        jpeg_with("Exif" + e(6)), jpeg_with(e(0)), jpeg_with(e(9)), jpeg_with(e(0xffff)), one(0x0111, short_type, 1, 6),
        one(orientation_tag, 4, 1, 6), one(orientation_tag, short_type, 2, 6)})
    CHECK(orientation_in(file) == 1);
  for (const std::uint64_t directory : {0u, 2u, 7u, 9u, 1000u, 0x7fffffffu, 0xfffffff8u, 0xffffffffu})
    CHECK(orientation_in(jpeg_with(e.with(1, e.entry(orientation_tag, short_type, 1, 6), directory))) == 1);
  CHECK(orientation_in(jpeg_with(e.with(0xffff, e.entry(0x0100, short_type, 1, 7)))) == 1);
}

TEST_CASE("exif: no damage does harm", "[io]") {
  const std::string good = jpeg_with(large_first(6));
  for (std::size_t i = 0; i + 2 < good.size(); ++i) {  // up to the last marker
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      std::string bad = good;
      bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ flip);
      const int orientation = orientation_in(bad);
      CHECK((orientation >= 1 && orientation <= 8));
    }
    const std::vector<char> part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(i));  // no zero follows it
    const int orientation = io::detail::orientation_of(std::as_bytes(std::span(part)));
    CHECK(orientation == 1);
  }
}
