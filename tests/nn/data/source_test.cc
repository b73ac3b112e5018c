#include "nn/data/source.h"

#include "nn/io/file.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/data/images.h"
#include "tests/nn/io/bytes.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

TEST_CASE("source: by name and by path", "[data]") {
  const TemporaryFolder folder;
  write_small_mnist(folder / "mnist");
  const Source by_name = load("mnist", folder.path());
  CHECK(by_name.name == "mnist");
  CHECK(by_name.train.size() == 5);
  CHECK(by_name.test.size() == 3);
  CHECK(by_name.train.classes == 4);
  CHECK(by_name.test.classes == 4);  // though the test set has only three of them
  CHECK(load("mnist", folder.path(), 2).train.size() == 2);
  CHECK(load("mnist", folder.path(), 2).test.size() == 3);
  CHECK(load(folder / "mnist", "/none").name == "mnist");
  CHECK(load((folder / "mnist").string() + "/", "/none").name == "mnist");
}

TEST_CASE("source: a class that only the test set has counts for both", "[data]") {
  const TemporaryFolder folder;
  write_small_mnist(folder.path());
  write_idx(folder / "t10k-labels-idx1-ubyte", tensor(std::vector<std::uint8_t>{0, 5, 1}, {3}));
  const Source source = load(folder.path(), "/none");
  CHECK(source.train.classes == 6);
  CHECK(source.test.classes == 6);
}

TEST_CASE("source: the ten classes of Fashion-MNIST have names", "[data]") {
  const TemporaryFolder folder;
  write_small_mnist(folder / "fashion");
  CHECK(load("fashion", folder.path()).class_names.empty());  // of other classes
  write_idx(folder / "fashion/t10k-labels-idx1-ubyte", tensor(std::vector<std::uint8_t>{0, 9, 1}, {3}));
  const Source source = load("fashion", folder.path());
  REQUIRE(source.class_names.size() == 10);
  CHECK(source.class_names[0] == "T-shirt/top");
  CHECK(source.class_names[9] == "Ankle boot");
  CHECK(load(folder / "fashion", folder.path()).class_names.empty());
}

TEST_CASE("source: names of datasets, and what is a folder", "[data]") {
  for (const char* name : {"mnist", "fashion", "synthetic"}) CHECK(has_name(name));
  for (const char* folder : {"", "Mnist", "mnist/", "./mnist", "emoji", "spam"}) CHECK_FALSE(has_name(folder));
}

TEST_CASE("source: synthetic needs no files", "[data]") {
  const Source source = load("synthetic", "/none", 30);
  CHECK(source.name == "synthetic");
  CHECK(source.train.size() == 30);
  CHECK(source.test.size() == 2000);
  CHECK(source.train.classes == 10);
}

TEST_CASE("source: data that is not there says how to get it", "[data]") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& what) {
    return message_of<io::FileError>([&] { load(what, folder.path()); });
  };
  CHECK(error("mnist") == (folder / "mnist/train-images-idx3-ubyte").string() +
                              ": no such file, nor one with .gz\n"
                              "  hint: run scripts/fetch-data mnist --data-dir " +
                              folder.path().string() + ", or use synthetic digits");
  CHECK_THAT(error("fashion"), ContainsSubstring("hint: run scripts/fetch-data fashion --data-dir "));
  CHECK(error("minst") ==
        "minst: no such dataset, and no such folder\n"
        "  hint: there are mnist, fashion, synthetic, and folders of IDX files or pictures");
  CHECK_THAT(error("fashion//"), ContainsSubstring("hint: fashion, without the slash, is a dataset"));
  write_bytes(folder / "file", "");
  CHECK_THAT(error(folder / "file"), ContainsSubstring("is a file, but a folder of IDX files or pictures is needed"));
  std::filesystem::create_directories(folder / "cats");
  CHECK_THAT(error(folder.path()),
             ContainsSubstring("has neither a train-images-idx3-ubyte, plain or with .gz, nor any picture"));
  CHECK_THROWS_AS(load("synthetic", "", 0), ValueError);
}

TEST_CASE("source: training and test images must be alike", "[data]") {
  const TemporaryFolder folder;
  write_small_mnist(folder.path());
  write_idx(folder / "t10k-images-idx3-ubyte", Tensor({3, 3, 2}, DType::uint8));
  CHECK_THAT(message_of<io::FileError>([&] { load(folder.path(), ""); }),
             ContainsSubstring("the training images are 2 x 3 x 1, but the test images 3 x 2 x 1"));
}
