#include "nn/io/png.h"

#include <zlib.h>

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

/// A chunk that promises `length` bytes, with the right checksum for those that it has.
std::string chunk(std::uint64_t length, const std::string& name_and_content) {
  const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(name_and_content.data()), name_and_content.size());
  return big_endian(length, 4) + name_and_content + big_endian(sum, 4);
}

const std::string png_signature = "\x89PNG\r\n\x1a\n";

/// Where the chunk stands, or nothing.
using FindChunk = std::optional<io::detail::PngChunk> (*)(std::span<const std::byte>);
std::optional<std::size_t> offset_of(FindChunk find, const std::string& png) {
  const auto found = find(std::as_bytes(std::span(png)));
  return found ? std::optional(found->offset) : std::nullopt;
}
std::optional<std::size_t> overlong_in(const std::string& png) { return offset_of(io::detail::overlong_chunk, png); }
std::optional<std::size_t> damaged_in(const std::string& png) { return offset_of(io::detail::damaged_chunk, png); }

}  // namespace

TEST_CASE("png: chunks end within the file", "[io]") {
  const std::string signature = png_signature, end = chunk(0, "IEND");
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
             ContainsSubstring("x.png, byte 33: the chunk \"IDAT\" is longer than the rest of the file") &&
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

TEST_CASE("png: checksums are those of the chunks", "[io]") {
  const std::string data = chunk(3, "IDATabc"), end = chunk(0, "IEND");
  std::string bad = data;
  bad[9] ^= 1;
  CHECK_FALSE(damaged_in(""));
  CHECK_FALSE(damaged_in(bad));  // no PNG
  CHECK_FALSE(damaged_in(png_signature + data + end));
  CHECK_FALSE(damaged_in(png_signature + data + end + bad));  // after the end
  CHECK(damaged_in(png_signature + bad + end) == 8);
  CHECK(damaged_in(png_signature + data + bad + end) == 8 + 15);
  bad = end;
  bad.back() ^= 1;
  CHECK(damaged_in(png_signature + data + bad) == 8 + 15);
  CHECK(damaged_in(png_signature + data + end.substr(0, 11)) == 8 + 15);  // without a whole checksum
  CHECK(damaged_in(png_signature + chunk(8, "IDATabc")) == 8);
}

TEST_CASE("png: a file of which any byte is changed is refused", "[io]") {
  const TemporaryFolder folder;
  write_png(folder / "x.png", tensor(std::vector<std::uint8_t>(60, 7), {6, 10}));
  const std::string png = read_bytes(folder / "x.png");
  const auto refusal_with = [&](std::size_t at) {
    std::string bad = png;
    bad[at] ^= 4;
    write_bytes(folder / "x.png", bad);
    INFO("byte " << at);
    return message_of<FileError>([&] { read_image(folder / "x.png"); });
  };
  for (std::size_t at = 0; at < png.size(); ++at) CHECK_FALSE(refusal_with(at).empty());
  const std::size_t pixels = png.find("IDAT");
  CHECK_THAT(refusal_with(pixels + 6), ContainsSubstring("x.png, byte " + std::to_string(pixels - 4) +
                                                         ": the chunk \"IDAT\" does not have the right checksum") &&
                                           ContainsSubstring("hint: the file is incomplete or damaged"));
}
