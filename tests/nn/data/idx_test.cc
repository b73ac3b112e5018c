#include "nn/data/idx.h"

#include <sys/stat.h>
#include <zlib.h>

#include "nn/io/file.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/data/images.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;
namespace fs = std::filesystem;

namespace {

std::string idx(const std::vector<std::uint64_t>& extents, const std::string& data, char type = 8) {
  std::string content{'\0', '\0', type, static_cast<char>(extents.size())};
  for (const std::uint64_t extent : extents) content += big_endian(extent, 4);
  return content + data;
}

std::string gzipped(const std::string& content) {
  const TemporaryFolder folder;
  const gzFile file = gzopen((folder / "x.gz").c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  return read_bytes(folder / "x.gz");
}

std::string refusal(const std::string& content) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "mnist");
  write_bytes(folder / "mnist/x", content);
  return message_of<io::FileError>([&] { read_idx(folder / "mnist/x"); });
}

}  // namespace

TEST_CASE("idx: what was written is read", "[data]") {
  const TemporaryFolder folder;
  for (const Shape& shape : {Shape{5}, Shape{2, 3}, Shape{2, 3, 4}, Shape{2, 1, 2, 3}, Shape{0, 28, 28}}) {
    Tensor x(shape, DType::uint8);
    for (Index i = 0; i < x.size(); ++i) x.mutable_data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * 11);
    write_idx(folder / "x", x);
    const Tensor y = read_idx(folder / "x");
    CHECK(y.shape() == shape);
    CHECK(y.to_vector<std::uint8_t>() == x.to_vector<std::uint8_t>());

    write_bytes(folder / "x", gzipped(read_bytes(folder / "x")));
    CHECK(read_idx(folder / "x").to_vector<std::uint8_t>() == x.to_vector<std::uint8_t>());
  }
}

TEST_CASE("idx: the bytes of the format", "[data]") {
  const TemporaryFolder folder;
  write_idx(folder / "x", tensor(std::vector<std::uint8_t>{7, 9}, {2, 1}));
  CHECK(read_bytes(folder / "x") == std::string("\0\0\x08\x02\0\0\0\x02\0\0\0\x01\x07\x09", 14));
  CHECK_THAT(message_of<ValueError>([&] { write_idx(folder / "y", ones({2})); }),
             ContainsSubstring("x is float32 of shape [2]"));
  CHECK_THROWS_AS(write_idx(folder / "y", Tensor({}, DType::uint8)), ValueError);
  CHECK(folder.entries() == 1);
}

TEST_CASE("idx: a large compressed file is read through many buffers", "[data]") {
  std::string data(1'000'000, '\0');
  std::uint32_t state = 1;
  for (char& c : data) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const TemporaryFolder folder;
  write_bytes(folder / "x", gzipped(idx({1000, 1000}, data)));
  const Tensor x = read_idx(folder / "x");
  CHECK(std::equal(data.begin(), data.end(), reinterpret_cast<const char*>(x.raw_data())));
}

TEST_CASE("idx: a compressed file of several members is their contents in a row", "[data]") {
  std::string data(300'000, '\0');
  std::uint32_t state = 1;
  for (char& c : data) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string whole = idx({3000, 100}, data);
  const TemporaryFolder folder;
  std::string members = gzipped("");
  std::size_t begin = 0;
  for (const std::size_t end : {std::size_t{1}, std::size_t{7}, std::size_t{65'536}, whole.size()}) {
    members += gzipped(whole.substr(begin, end - begin));
    begin = end;
  }
  write_bytes(folder / "x", members + gzipped(""));
  const Tensor x = read_idx(folder / "x");
  CHECK(std::equal(data.begin(), data.end(), reinterpret_cast<const char*>(x.raw_data())));
}

TEST_CASE("idx: extents beyond all memory are refused though one of them is 0", "[data]") {
  CHECK_THAT(refusal(idx({2'097'172, 12'451'840, 0, 16'713'993}, "")),
             ContainsSubstring("more bytes than can be addressed"));
}

TEST_CASE("idx: a plain file that is not as it should be is refused", "[data]") {
  CHECK_THAT(refusal(""), ContainsSubstring("mnist/x: 0 bytes are too few for an IDX file") &&
                              ContainsSubstring("run scripts/fetch-data mnist"));
  CHECK_THAT(refusal(std::string(3, '\0')), ContainsSubstring("3 bytes are too few"));
  CHECK_THAT(refusal("\x89PNG, say"),
             ContainsSubstring("x, byte 0: not an IDX file, which begins with two zero bytes"));
  CHECK_THAT(refusal(std::string("\0\1\x08\1\0\0\0\1x", 9)), ContainsSubstring("begins with two zero bytes"));
  CHECK_THAT(refusal(idx({1}, "1234", 0x0d)),
             ContainsSubstring("byte 2: the elements are of type 13, but only unsigned bytes"));
  CHECK_THAT(refusal(idx({}, "")), ContainsSubstring("byte 3: the rank is 0, but 1 to 4 are read"));
  CHECK_THAT(refusal(idx({1, 1, 1, 1, 1}, "x")), ContainsSubstring("the rank is 5"));
  CHECK_THAT(refusal(idx({1, 1, 1}, "").substr(0, 15)), ContainsSubstring("ends inside its header of 16 bytes"));
  CHECK_THAT(refusal(idx({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, "")),
             ContainsSubstring("byte 8: the header promises more bytes than can be addressed"));
  CHECK_THAT(refusal(idx({60000, 28, 28}, std::string(1000, 'x'))),
             ContainsSubstring("x: 1,016 bytes, but its header promises 60,000 images of 28 x 28 = 47,040,016 bytes\n"
                               "  hint: the download broke off; run scripts/fetch-data mnist"));
  CHECK_THAT(refusal(idx({2}, "abc")), ContainsSubstring("11 bytes, but its header promises 2 labels = 10 bytes\n"
                                                         "  hint: the file is damaged; run scripts/fetch-data mnist"));
  CHECK_THAT(refusal(idx({4000000000, 1000}, "")),
             ContainsSubstring("4,000,000,000 rows of 1,000 = 4,000,000,000,012 bytes"));
}

TEST_CASE("idx: a compressed file that is not as it should be is refused", "[data]") {
  const std::string good = gzipped(idx({3, 100}, std::string(300, 'x')));
  CHECK_THAT(refusal(good.substr(0, 2)), ContainsSubstring("x, byte 2: the gzip data breaks off"));
  CHECK_THAT(refusal(good.substr(0, 25)), ContainsSubstring("x, byte 25: the gzip data breaks off"));
  CHECK_THAT(refusal(good.substr(0, good.size() - 1)), ContainsSubstring("the gzip data breaks off"));
  CHECK_THAT(refusal(good + "x"),
             ContainsSubstring("byte " + std::to_string(good.size()) + ": bytes follow after the end"));
  CHECK_THAT(refusal(good + std::string(512, '\0')), ContainsSubstring("bytes follow after the end of the gzip data"));
  CHECK_THAT(refusal(good + "\x1f"), ContainsSubstring("the gzip data breaks off"));
  CHECK_THAT(refusal(good + "\x1f\x8bxyz, say"), ContainsSubstring("the gzip data is damaged"));
  CHECK_THAT(refusal(good + good), ContainsSubstring("more bytes in gzip format, but"));
  std::string bad = good;
  bad[good.size() - 8] ^= 1;
  CHECK_THAT(refusal(bad), ContainsSubstring("the gzip data is damaged (incorrect data check)"));
  bad = good;
  bad[2] = 7;
  CHECK_THAT(refusal(bad), ContainsSubstring("the gzip data is damaged (unknown compression method)"));

  CHECK_THAT(refusal(gzipped(idx({3, 100}, std::string(299, 'x')))),
             ContainsSubstring("x: 311 bytes in gzip format, but its header promises 3 rows of 100 = 312 bytes"));
  CHECK_THAT(refusal(gzipped(idx({3, 100}, std::string(301, 'x')))),
             ContainsSubstring("more bytes in gzip format, but"));
  CHECK_THAT(refusal(gzipped("")), ContainsSubstring("0 bytes are too few"));
  CHECK_THAT(refusal(gzipped(idx({4000000000, 4000}, ""))),  // 16 TB in a file of 30 bytes: no memory is taken
             ContainsSubstring("bytes in gzip format, but its header promises 4,000,000,000 rows of 4,000 ="));
}

TEST_CASE("idx: pipes and folders are refused", "[data]") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(message_of<io::FileError>([&] { read_idx(folder / "pipe"); }), ContainsSubstring("is a pipe"));
  CHECK_THAT(message_of<io::FileError>([&] { read_idx(folder.path()); }), ContainsSubstring("is a folder"));
  CHECK_THAT(message_of<io::FileError>([&] { read_idx(folder / "none"); }), ContainsSubstring("no such file"));
}

TEST_CASE("idx: a full disk leaves the old file", "[data]") {
  const TemporaryFolder folder;
  write_idx(folder / "x", Tensor({3}, DType::uint8));
  {
    const FullDisk full(1000);
    CHECK_THROWS_AS(write_idx(folder / "x", Tensor({2000}, DType::uint8)), io::WriteError);
  }
  CHECK(read_idx(folder / "x").shape() == Shape{3});
}

TEST_CASE("idx: no damage does harm", "[data]") {
  const TemporaryFolder folder;
  write_bytes(folder / "x", idx({3, 4, 5}, std::string(60, 'x')));
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_idx(path); }) >= 76 + 3 * 16 - 3);
  write_bytes(folder / "x", gzipped(idx({3, 4, 5}, "0123456789abcdefghij0123456789ABCDEFGHIJ0123456789abcdefghij")));
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { read_idx(path); }) > 200);
}

TEST_CASE("mnist: four files in a folder", "[data]") {
  const TemporaryFolder folder;
  CHECK_FALSE(has_mnist(folder.path()));
  write_small_mnist(folder.path());
  CHECK(has_mnist(folder.path()));

  SECTION("as they are") {}
  SECTION("with dots") {
    for (const std::string set : {"train", "t10k"}) {
      fs::rename(folder / (set + "-images-idx3-ubyte"), folder / (set + "-images.idx3-ubyte"));
      fs::rename(folder / (set + "-labels-idx1-ubyte"), folder / (set + "-labels.idx1-ubyte"));
    }
  }
  SECTION("compressed") {
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      const std::string content = gzipped(read_bytes(entry.path()));
      fs::remove(entry.path());
      write_bytes(entry.path().string() + ".gz", content);
    }
  }
  const Images train = read_mnist(folder.path(), true), test = read_mnist(folder.path(), false);
  CHECK(train.size() == 5);
  CHECK(train.height == 2);
  CHECK(train.width == 3);
  CHECK(train.channels == 1);
  CHECK(train.classes == 4);
  CHECK(train.pixels.to_vector<std::uint8_t>() == small_images(5).pixels.to_vector<std::uint8_t>());
  CHECK(train.labels.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 2, 3, 0});
  CHECK(test.size() == 3);
  CHECK(test.classes == 3);
}

TEST_CASE("mnist: files that do not belong together are refused", "[data]") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary / "fashion";
  write_small_mnist(folder);
  const auto error = [&] { return message_of<io::FileError>([&] { read_mnist(folder, true); }); };

  write_idx(folder / "train-labels-idx1-ubyte", Tensor({4}, DType::uint8));
  CHECK(error() == (folder / "train-labels-idx1-ubyte").string() + ": 4 labels for the 5 images of " +
                       (folder / "train-images-idx3-ubyte").string() + "\n  hint: run scripts/fetch-data fashion");
  write_idx(folder / "train-labels-idx1-ubyte", Tensor({5, 1}, DType::uint8));
  CHECK_THAT(error(), ContainsSubstring("holds an array of shape [5, 1]\n  hint: labels are [n]"));
  fs::remove(folder / "train-labels-idx1-ubyte");
  CHECK_THAT(error(), ContainsSubstring("train-labels-idx1-ubyte: no such file, nor one with .gz"));
  write_idx(folder / "train-images-idx3-ubyte", Tensor({5}, DType::uint8));
  write_idx(folder / "train-labels-idx1-ubyte", Tensor({5}, DType::uint8));
  CHECK_THAT(error(), ContainsSubstring("train-images-idx3-ubyte: holds an array of shape [5]"));
  write_idx(folder / "train-images-idx3-ubyte", Tensor({0, 28, 28}, DType::uint8));
  CHECK_THAT(error(), ContainsSubstring("holds an array of shape [0, 28, 28]") && ContainsSubstring("at least one"));
}
