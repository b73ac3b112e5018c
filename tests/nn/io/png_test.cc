#include "nn/io/png.h"

#include <string>

#include "autograd/create.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

/// A chunk that promises `length` bytes.
std::string chunk(std::uint64_t length, const std::string& type_and_content) {
  return big_endian(length, 4) + type_and_content + "sum.";
}

std::optional<std::size_t> overlong_in(const std::string& png) {
  return io::detail::overlong_chunk(std::as_bytes(std::span(png)));
}

}  // namespace

TEST_CASE("png: chunks end within the file", "[io]") {
  const std::string signature = "\x89PNG\r\n\x1a\n", end = chunk(0, "IEND");
  CHECK_FALSE(overlong_in(""));
  CHECK_FALSE(overlong_in(signature));
  CHECK_FALSE(overlong_in("no PNG at all" + chunk(1000, "IDAT")));
  CHECK_FALSE(overlong_in(signature + chunk(3, "IDATabc") + end));
  CHECK_FALSE(overlong_in(signature + end + chunk(1000, "IDAT")));                 // after the end
  CHECK_FALSE(overlong_in(signature + end.substr(0, 8)));                          // without the last checksum
  CHECK_FALSE(overlong_in(signature + chunk(3, "IDATabc") + "\xff\xff\xff\xff"));  // no whole head of a chunk
  CHECK(overlong_in(signature + chunk(8, "IDATabc")) == 8);
  CHECK(overlong_in(signature + chunk(3, "IDATabc") + chunk(0xffffffff, "tEXt") + end) == 8 + 15);
}

TEST_CASE("png: a chunk that promises much takes no memory", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", zeros({2, 2}));
  std::string png = read_bytes(folder / "x.png");
  png.replace(png.find("IDAT") - 4, 4, big_endian(1 << 30, 4));
  write_bytes(folder / "x.png", png);
  CHECK_THAT(message_of<FileError>([&] { read_image(folder / "x.png"); }),
             ContainsSubstring("x.png, byte 33: a chunk is longer than the rest of the file") &&
                 ContainsSubstring("hint: the file is incomplete or damaged"));
}

TEST_CASE("png: an empty chunk of data does no harm", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", zeros({2, 2}));
  std::string png = read_bytes(folder / "x.png");
  png.insert(png.find("IDAT") - 4, chunk(0, "IDAT"));
  write_bytes(folder / "x.png", png);
  CHECK(read_image(folder / "x.png").shape() == Shape{2, 2});
}
