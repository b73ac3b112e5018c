#include "nn/data/loader.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/data/images.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::data;
using namespace tandem::test;

namespace {

/// While it lives one thread computes, and so a processor is left to prepare batches ahead, as far as there are two.
struct ProcessorToSpare {
  Threads one{1};
  ProcessorToSpare() {
    if (std::thread::hardware_concurrency() < 2) WARN("one processor only: no batch is prepared ahead");
  }
};

/// The first pixel of every image of an epoch, as the number of the image; -1 after each batch.
std::vector<int> epoch_of(const Loader& loader) {
  std::vector<int> images;
  for (const auto& [image, label] : loader) {
    for (Index i = 0; i < image.dim(0); ++i) {
      const int number = static_cast<int>(image.data<float>()[i * 6] * 255 / 10 + 0.5f);
      images.push_back(number);
      CHECK(label.data<std::int64_t>()[i] == number % 4);
    }
    images.push_back(-1);
  }
  return images;
}

}  // namespace

TEST_CASE("loader: in order, with the last batch and without", "[data]") {
  const ProcessorToSpare spare;
  const Images images = small_images(7);
  const bool prefetch = GENERATE(false, true);
  const Loader all(images, {.batch_size = 3, .shuffle = false, .prefetch = prefetch});
  CHECK(all.batches() == 3);
  CHECK(epoch_of(all) == std::vector<int>{0, 1, 2, -1, 3, 4, 5, -1, 6, -1});
  const Loader whole(images, {.batch_size = 3, .shuffle = false, .drop_last = true, .prefetch = prefetch});
  CHECK(whole.batches() == 2);
  CHECK(epoch_of(whole) == std::vector<int>{0, 1, 2, -1, 3, 4, 5, -1});
  const Loader one(images, {.batch_size = 7, .shuffle = false, .drop_last = true, .prefetch = prefetch});
  CHECK(one.batches() == 1);
  CHECK(epoch_of(one).size() == 8);
  const Loader large(images, {.batch_size = 100, .prefetch = prefetch});
  CHECK(large.batches() == 1);
  CHECK(epoch_of(large).size() == 8);
}

TEST_CASE("loader: nothing gives no batches", "[data]") {
  const ProcessorToSpare spare;
  const bool prefetch = GENERATE(false, true);
  CHECK(epoch_of(Loader(Images(), {.prefetch = prefetch})).empty());
  const Loader too_few(small_images(3), {.batch_size = 4, .drop_last = true, .prefetch = prefetch});
  CHECK(too_few.batches() == 0);
  CHECK(epoch_of(too_few).empty());
}

TEST_CASE("loader: shuffled anew every epoch, the same for the same seed", "[data]") {
  const ProcessorToSpare spare;
  const Images images = small_images(20);
  Generator with(7), without(7);
  const Loader ahead(images, {.batch_size = 6}, with);
  const Loader plain(images, {.batch_size = 6, .prefetch = false}, without);
  const std::vector<int> first = epoch_of(ahead), second = epoch_of(ahead);
  CHECK(epoch_of(plain) == first);
  CHECK(epoch_of(plain) == second);
  CHECK(with.position() == without.position());

  CHECK(first != second);
  std::vector<int> sorted;
  std::copy_if(first.begin(), first.end(), std::back_inserter(sorted), [](int i) { return i >= 0; });
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < 20; ++i) CHECK(sorted[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("loader: an epoch may be left early, and two may run at once", "[data]") {
  const ProcessorToSpare spare;
  const Loader loader(small_images(20), {.batch_size = 2, .shuffle = false});
  for (int i = 0; i < 50; ++i)
    for (const Batch& batch : loader) {
      if (batch.label.data<std::int64_t>()[0] == i % 4) break;
    }
  auto a = loader.begin(), b = loader.begin();
  ++a;
  CHECK(a->image.data<float>()[0] == 20 / 255.0f);
  CHECK(b->image.data<float>()[0] == 0);
  b = std::move(a);
  ++b;
  CHECK(b->image.data<float>()[0] == 40 / 255.0f);
}

TEST_CASE("loader: a batch that is kept stays as it is", "[data]") {
  const ProcessorToSpare spare;
  const Loader loader(small_images(12), {.batch_size = 2, .shuffle = false});
  std::vector<Batch> batches;
  for (const Batch& batch : loader) batches.push_back(batch);
  REQUIRE(batches.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(batches[i].image.data<float>()[0] == static_cast<float>(20 * i) / 255.0f);
}

TEST_CASE("loader: what goes wrong while a batch is prepared is thrown where it is used", "[data]") {
  const ProcessorToSpare spare;
  Images images = small_images(6);
  const bool prefetch = GENERATE(false, true);
  const Loader loader(images, {.batch_size = 2, .prefetch = prefetch});
  images.pixels.set_data(images.pixels.to(DType::float32));  // behind its back: no bytes, as batch() wants them
  CHECK_THROWS_AS(loader.begin(), DTypeError);
}

TEST_CASE("loader: a batch size below 1 is refused", "[data]") {
  CHECK_THAT(message_of<ValueError>([] { Loader(small_images(2), {.batch_size = 0}); }),
             ContainsSubstring("batch_size is 0"));
}

TEST_CASE("loader: labels that are none of the classes are refused before the first batch", "[data]") {
  Images images = small_images(6);
  images.classes = 3;
  CHECK_THROWS_AS(Loader(images, {.batch_size = 2}), ValueError);
}

TEST_CASE("loader: the iterator is one for the standard library", "[data]") {
  STATIC_REQUIRE(std::input_iterator<Loader::Iterator>);
  STATIC_REQUIRE(std::sentinel_for<std::default_sentinel_t, Loader::Iterator>);
}
