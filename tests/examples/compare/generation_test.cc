#include "autograd/create.h"
#include "examples/support/compare/sections.h"
#include "nn/io/image.h"
#include "tests/catch.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::examples::compare;

namespace {

/// n images of 2 x 3 pixels, of each class in turn.
data::Images tiny_images(Index n, Index classes) {
  data::Images images{.pixels = zeros({n, 6}, DType::uint8),
                      .labels = zeros({n}, DType::int64),
                      .height = 2,
                      .width = 3,
                      .channels = 1,
                      .classes = classes};
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < 6; ++j)
      images.pixels.mutable_data<std::uint8_t>()[6 * i + j] = static_cast<std::uint8_t>(i * (j + 7) % 256);
    images.labels.mutable_data<std::int64_t>()[i] = i % classes;
  }
  return images;
}

}  // namespace

TEST_CASE("generation: two samples of each class are shown beside their neighbours, of however many", "[compare]") {
  const test::TemporaryFolder folder;
  Options options;
  options.data.data = "synthetic";
  options.data.limit = 400;
  options.out = folder / "run";
  options.quick = options.quiet = true;
  Study study(options);
  constexpr Index k = 400;
  study.own.train = tiny_images(2 * k, k);
  study.own.test = tiny_images(4 * k, k);
  Trained trained;
  trained.vae =
      std::make_unique<models::Vae>(models::VaeOptions{.inputs = 6, .encoder = {8}, .decoder = {8}, .latent = 2});
  trained.conditional_vae = std::make_unique<models::ConditionalVae>(
      models::ConditionalVaeOptions{.inputs = 6, .classes = k, .encoder = {8}, .decoder = {8}, .latent = 2});
  trained.judge = std::make_unique<models::Judge>(models::JudgeOptions{.inputs = 6, .hidden = {8, 4}, .classes = k});
  generation(study, trained);
  const Tensor nearest = io::read_image(options.out / "pictures/nearest.png", 1);
  CHECK(nearest.dim(0) == 4 * 2 + 5);
  CHECK(nearest.dim(1) == k * 3 + k + 1);
}
