#include "nn/io/jpeg.h"

#include <string>

#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

const std::string start = "\xff\xd8";
const std::string other_segment = std::string("\xff\xe1\x00\x06\xff\xc4\xff\xff", 8);  // no table, though it looks so

/// A Huffman table with that many codes of each of the first lengths.
std::string table(const std::string& counts) {
  std::size_t codes = 0;
  for (const char c : counts) codes += static_cast<unsigned char>(c);
  return '\x10' + counts + std::string(16 - counts.size(), '\0') + std::string(codes, 'v');
}

std::string tables(const std::string& content) { return "\xff\xc4" + big_endian(content.size() + 2, 2) + content; }

std::optional<std::size_t> offset_in(const std::string& jpeg) {
  return io::detail::overlong_huffman_table(std::as_bytes(std::span(jpeg)));
}

}  // namespace

TEST_CASE("jpeg: Huffman tables of up to 255 codes are fine", "[io]") {
  CHECK_FALSE(offset_in(""));
  CHECK_FALSE(offset_in("\xff"));
  CHECK_FALSE(offset_in("no JPEG" + tables(table("\xff\xff"))));
  CHECK_FALSE(offset_in(start + tables(table("\x01\xfe")) + other_segment + tables(table("\x02") + table("\xff"))));
  CHECK_FALSE(offset_in(start + "\xff\xd9" + tables(table("\xff\xff"))));  // after the end
}

TEST_CASE("jpeg: a longer one is found wherever it stands", "[io]") {
  const std::string bad = tables(table("\x01\xff"));
  CHECK(offset_in(start + bad) == 6);
  CHECK(offset_in(start + other_segment + bad) == 14);
  CHECK(offset_in("\xff" + start + "\xff\xff" + bad) == 9);                                          // fill bytes
  CHECK(offset_in(start + std::string("\xff\xda\x00\x02 data \xff\x00\xff\xd0 ", 16) + bad) == 22);  // after a scan
  CHECK(offset_in(start + tables(table("\x01") + table("\x01\xff"))) == 6 + 18);
  CHECK(offset_in(start + bad.substr(0, 7)) == 6);  // the file breaks off in it
}

TEST_CASE("jpeg: such a file is refused before it is decoded", "[io]") {
  const TemporaryFolder folder;
  write_bytes(folder / "x.jpg", start + tables(table(std::string(16, '\xff'))));
  CHECK_THAT(message_of<FileError>([&] { read_image(folder / "x.jpg"); }),
             ContainsSubstring("x.jpg, byte 6: a Huffman table has more than 255 codes"));
}

/// A JPEG file of grey blocks, `width` pixels in a row: tables for each block's mean and for the rest, and their data.
std::string grey_jpeg(unsigned char width, const std::string& means, const std::string& rest, const std::string& data) {
  const auto segment = [](const std::string& marker, const std::string& content) {
    return "\xff" + marker + big_endian(content.size() + 2, 2) + content;
  };
  return start + segment("\xdb", '\x10' + std::string(128, '\xff')) +
         segment("\xc0", std::string("\x08\0\x08\0", 4) + static_cast<char>(width) + std::string("\x01\x01\x11\0", 4)) +
         segment("\xc4", '\0' + means) + segment("\xc4", '\x10' + rest) +
         segment("\xda", std::string("\x01\x01\0\0\x3f\0", 6)) + data;
}

/// A Huffman table with one code, of so many bits, all of them 0.
std::string one_code(std::size_t bits, char symbol) {
  std::string counts(16, '\0');
  counts[bits - 1] = 1;
  return counts + symbol;
}

TEST_CASE("jpeg: brightness beyond all bounds does no harm", "[io]") {
  // Two blocks of 8 x 8. Each adds 32767 to the brightness and then ends; it is multiplied by 65535.
  const TemporaryFolder folder;
  write_bytes(folder / "x.jpg", grey_jpeg(16, one_code(1, '\x0f'), one_code(1, '\0'),
                                          std::string("\x7f\xff\0\x3f\xff\0\xbf\xff\xd9", 9)));
  CHECK(read_image(folder / "x.jpg").shape() == Shape{8, 16});
}

TEST_CASE("jpeg: picture data that a marker cuts short do no harm", "[io]") {
  const TemporaryFolder folder;
  for (std::size_t bytes = 0; bytes < 20; ++bytes) {  // where the decoder looks for the bits of a number, or of a code
    write_bytes(folder / "x.jpg",
                grey_jpeg(64, one_code(14, '\x0f'), one_code(14, '\0'), std::string(bytes, '\0') + "\xff\xd9"));
    CHECK(read_image(folder / "x.jpg").shape() == Shape{8, 64});
  }
}
