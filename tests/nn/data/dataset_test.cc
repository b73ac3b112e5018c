#include "nn/data/dataset.h"

#include "nn/data/loader.h"
#include "tests/catch.h"
#include "tests/check.h"
#include "tests/message_of.h"
#include "tests/nn/data/images.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

TEST_CASE("images: every byte becomes the nearest float to byte / 255", "[data]") {
  std::vector<std::uint8_t> bytes(256);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const Images images{tensor(bytes, {1, 256}), {}, 16, 16, 1, 0};
  const Batch batch = images.batch(0, 1);
  CHECK_FALSE(batch.label.defined());
  for (int i = 0; i < 256; ++i) CHECK(batch.image.data<float>()[i] == static_cast<float>(i / 255.0));
}

TEST_CASE("images: a batch takes indices in their order, more than once if asked", "[data]") {
  const Images images = small_images(5);
  const Batch batch = images.batch(std::vector<Index>{4, 0, 4});
  CHECK(batch.image.shape() == Shape{3, 6});
  CHECK(batch.image.data<float>()[0] == 40 / 255.0f);
  CHECK(batch.image.data<float>()[6] == 0);
  CHECK(batch.image.data<float>()[17] == 45 / 255.0f);
  CHECK(batch.label.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0});
  CHECK(images.batch(3, 5).label.to_vector<std::int64_t>() == std::vector<std::int64_t>{3, 0});
  CHECK(images.batch(2, 2).image.shape() == Shape{0, 6});
}

TEST_CASE("images: without pixels", "[data]") {
  data::Images images;
  images.pixels = zeros({3, 0}, DType::uint8);
  CHECK(images.batch(0, 2).image.shape() == Shape{2, 0});
}

TEST_CASE("images: batches do not depend on threads", "[data]") {
  const Images images{Tensor({2000, 784}, DType::uint8), {}, 28, 28, 1, 0};
  std::uint8_t* pixels = Tensor(images.pixels).mutable_data<std::uint8_t>();
  for (Index i = 0; i < images.pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7919 >> 3);
  const auto batch = [&] { return images.batch(0, 2000).image; };
  check_equal(with_threads(1, batch), with_threads(3, batch));
}

TEST_CASE("images: parts", "[data]") {
  const Images images = small_images(5);
  CHECK(images.first(2).size() == 2);
  CHECK(images.first(4).size() == 4);
  CHECK(images.first(2).pixels.shares_storage(images.pixels));
  CHECK(images.first(99).size() == 5);
  CHECK(images.first(0).size() == 0);
  const Images last = images.rows(3, 5);
  CHECK(last.pixels.to_vector<double>() == std::vector<double>{30, 31, 32, 33, 34, 35, 40, 41, 42, 43, 44, 45});
  CHECK(last.labels.to_vector<double>() == std::vector<double>{3, 0});
  CHECK(last.pixels.shares_storage(images.pixels));
  CHECK(images.rows(5, 5).size() == 0);
  const Images part = images.subset(std::vector<Index>{3, 1});
  CHECK(part.pixels.to_vector<double>() == std::vector<double>{30, 31, 32, 33, 34, 35, 10, 11, 12, 13, 14, 15});
  CHECK(part.labels.to_vector<double>() == std::vector<double>{3, 1});
  CHECK(part.width == 3);
  CHECK(Images().size() == 0);
  CHECK(Images().first(3).size() == 0);
}

TEST_CASE("images: indices outside are refused", "[data]") {
  const Images images = small_images(5);
  CHECK_THAT(message_of<ValueError>([&] {
               images.batch(std::vector<Index>{0, 5});
             }),
             ContainsSubstring("no image 5 among 5"));
  CHECK_THROWS_AS(images.batch(std::vector<Index>{-1}), ValueError);
  CHECK_THROWS_AS(images.subset(std::vector<Index>{5}), ValueError);
  CHECK_THAT(message_of<ValueError>([&] { images.batch(3, 6); }), ContainsSubstring("images 3 to 6 of 5"));
  CHECK_THROWS_AS(images.batch(-1, 2), ValueError);
  CHECK_THROWS_AS(images.batch(3, 2), ValueError);
  CHECK_THROWS_AS(images.first(-1), ValueError);
  CHECK_THAT(message_of<ValueError>([&] { images.rows(3, 6); }), ContainsSubstring("images 3 to 6 of 5"));
  CHECK_THROWS_AS(images.rows(-1, 2), ValueError);
  CHECK_THROWS_AS(images.rows(3, 2), ValueError);
  CHECK_THROWS_AS(Images().batch(0, 1), ValueError);
}

TEST_CASE("balanced: as many of each class, drawn by the generator", "[data]") {
  Images images = small_images(40);
  images.classes = 4;
  for (Index i = 0; i < 40; ++i) images.labels.mutable_data<std::int64_t>()[i] = i < 25 ? 0 : i % 4;
  Generator generator(3);
  const Images drawn = balanced(images, 12, generator);
  REQUIRE(drawn.size() == 12);
  CHECK(drawn.classes == 4);
  std::vector<int> count(4);
  for (const std::int64_t label : drawn.labels.to_vector<std::int64_t>()) ++count[static_cast<std::size_t>(label)];
  CHECK(count == std::vector<int>{3, 3, 3, 3});

  Generator same(3), other(4);
  CHECK(balanced(images, 12, same).pixels.to_vector<std::int64_t>() == drawn.pixels.to_vector<std::int64_t>());
  CHECK(balanced(images, 12, other).pixels.to_vector<std::int64_t>() != drawn.pixels.to_vector<std::int64_t>());
  CHECK_THROWS_AS(balanced(images, 10, generator), ValueError);
  CHECK_THROWS_AS(balanced(images, 20, generator), ValueError);  // 4 of class 1
  images.labels = {};
  CHECK_THROWS_AS(balanced(images, 12, generator), ValueError);
}

TEST_CASE("images: of one's own, that do not fit together", "[data]") {
  const Tensor pixels = Tensor({4, 64}, DType::uint8).fill_(0);
  const Images extents{pixels, {}, 8, 8, 3, 0}, none{pixels, {}, 0, 0, 1, 0};
  const Images few_labels{pixels, labels({1}), 8, 8, 1, 2}, wrong_label{pixels, labels({0, 1, 2, 0}), 8, 8, 1, 2};
  for (const Images& images : {extents, none, few_labels}) {
    CHECK_THROWS_AS(images.batch(0, 2), ShapeError);
    CHECK_THROWS_AS(images.subset(std::vector<Index>{0}), ShapeError);
    CHECK_THROWS_AS(Loader(images), ShapeError);
  }
  CHECK_THAT(message_of<ValueError>([&] { Loader{wrong_label}; }), ContainsSubstring("label 2 with classes = 2"));
}

TEST_CASE("images: of one's own, of other types", "[data]") {
  Images images = small_images(4);
  images.pixels = full({4, 6}, 0.5);
  const std::string pixels = message_of<DTypeError>([&] { Loader{images}; });
  CHECK_THAT(pixels, ContainsSubstring("Loader: pixels is float32") && ContainsSubstring("rule: pixels are uint8") &&
                         ContainsSubstring("multiply numbers in [0, 1] by 255 before .to(DType::uint8)"));
  CHECK_THROWS_AS(images.batch(0, 2), DTypeError);
  CHECK_THROWS_AS(images.subset(std::vector<Index>{0}), DTypeError);

  images = small_images(4);
  images.labels = images.labels.to(DType::float32);
  CHECK_THAT(message_of<DTypeError>([&] { Loader{images}; }),
             ContainsSubstring("Loader: labels is float32") && ContainsSubstring("rule: labels are int64"));
}
