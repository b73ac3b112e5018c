#include "nn/io/gzip.h"

#include <zlib.h>

#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;
namespace fs = std::filesystem;

namespace {

void write_gzip(const fs::path& path, const std::string& content) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
}

/// All of it, a few bytes at a time.
std::string unpacked(GzipFile& gzip, std::size_t step) {
  std::string content;
  for (std::string piece(step, '\0');;) {
    const std::size_t n = gzip.read_some(std::as_writable_bytes(std::span(piece)));
    content += piece.substr(0, n);
    if (n < step) return content;
  }
}

}  // namespace

TEST_CASE("gzip: the content comes in pieces of any size, and then no more", "[io]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x.gz";
  std::string content;
  for (unsigned i = 0; i < 60'000; ++i)
    content += std::to_string(i * i) + " ";  // more than a buffer of compressed bytes
  write_gzip(path, content);
  for (const std::size_t step : {std::size_t{7}, content.size(), content.size() + 1}) {
    InputFile file(path);
    GzipFile gzip(file);
    CHECK(gzip.path() == path);
    CHECK(gzip.largest_size() == 1032 * fs::file_size(path));
    CHECK((unpacked(gzip, step) == content));
    CHECK(unpacked(gzip, step).empty());
  }
}

TEST_CASE("gzip: is known by its first two bytes", "[io]") {
  const auto recognises = [](std::uint8_t a, std::uint8_t b) {
    const std::byte start[] = {std::byte{a}, std::byte{b}};
    return GzipFile::recognises(start);
  };
  CHECK(recognises(0x1f, 0x8b));
  CHECK_FALSE(recognises(0x8b, 0x1f));
  CHECK_FALSE(recognises(0x1f, 0));
  CHECK_FALSE(recognises(0, 0x8b));
}

TEST_CASE("gzip: what breaks off, is damaged or goes on is refused, with the place", "[io]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x.gz";
  write_gzip(path, "some text");
  const std::string good = read_bytes(path);
  const auto error = [&](const std::string& content) {
    write_bytes(path, content);
    InputFile file(path);
    GzipFile gzip(file);
    return message_of<FileError>([&] { unpacked(gzip, 100); });
  };
  CHECK_THAT(error(good.substr(0, good.size() - 1)),
             ContainsSubstring(", byte " + std::to_string(good.size() - 1) + ": the gzip data breaks off"));
  CHECK_THAT(error(good + "x"), ContainsSubstring(", byte " + std::to_string(good.size()) + ": bytes follow"));
  std::string other_checksum = good;
  other_checksum[good.size() - 8] ^= 1;
  CHECK_THAT(error(other_checksum), ContainsSubstring("the gzip data is damaged (incorrect data check)"));
  CHECK_THAT(error("no gzip at all"), ContainsSubstring("the gzip data is damaged (incorrect header check)"));
}
