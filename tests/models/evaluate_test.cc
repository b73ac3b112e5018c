#include "models/evaluate.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/softmax.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

namespace {

/// n images of four pixels, of which pixel 3 i mod 4 is bright; that is the label, but for every seventh image before
/// the 2,000th, so that no two batches have the same share of wrong ones.
data::Images bright_pixels(Index n) {
  data::Images images;
  images.pixels = zeros({n, 4}, DType::uint8);
  images.labels = zeros({n}, DType::int64);
  images.height = images.width = 2;
  images.classes = 4;
  for (Index i = 0; i < n; ++i) {
    const Index bright = 3 * i % 4;
    images.pixels.mutable_data<std::uint8_t>()[4 * i + bright] = 255;
    images.labels.mutable_data<std::int64_t>()[i] = i % 7 == 0 && i < 2000 ? (bright + 1) % 4 : bright;
  }
  return images;
}

}  // namespace

TEST_CASE("evaluate: accuracy, loss and probabilities of a classifier over several batches", "[models]") {
  models::Mlp model({.inputs = 4, .hidden = {}, .classes = 4});
  {
    const NoGrad no_grad;
    for (auto [name, parameter] : model.named_parameters()) {
      parameter.fill_(0);
      if (parameter.rank() == 2)
        for (Index i = 0; i < 4; ++i) parameter.mutable_data<float>()[5 * i] = 2;  // the bright pixel has logit 2
    }
  }
  const data::Images images = bright_pixels(2300);
  const models::Evaluation found = models::evaluate(model, images);
  const double wrong = 286, all = 2300;  // 0, 7, ..., 1995
  CHECK_THAT(found.accuracy, WithinRel((all - wrong) / all, 1e-12));
  const double right_loss = std::log(std::exp(2.0) + 3) - 2;  // and a wrong one has 2 more
  CHECK_THAT(found.loss, WithinRel(right_loss + 2 * wrong / all, 1e-5));
  for (const Index i : {0, 999, 1000, 2299})
    CHECK_THAT(found.probabilities[i][3 * i % 4].item(), WithinRel(std::exp(-right_loss), 1e-5));
}

TEST_CASE("evaluate: a VAE's terms are means over all images", "[models]") {
  manual_seed(3);
  models::Vae model({.inputs = 4, .encoder = {3}, .decoder = {3}, .latent = 2});
  data::Images images = bright_pixels(1300);
  images.pixels.rows(1000, 1300).fill_(0);  // else the batches would hardly differ
  Generator one(5), two(5);
  const models::VaeEvaluation found = models::evaluate(model, images, one);
  const NoGrad no_grad;
  const models::Vae::Elbo first = model.elbo(images.batch(0, 1000).image, two),
                          rest = model.elbo(images.batch(1000, 1300).image, two);
  CHECK_THAT(found.reconstruction,
             WithinRel((1000 * first.reconstruction.item() + 300 * rest.reconstruction.item()) / 1300, 1e-6));
  CHECK_THAT(found.kl, WithinRel((1000 * first.kl.item() + 300 * rest.kl.item()) / 1300, 1e-6));
}

TEST_CASE("evaluate: beta weighs the divergence", "[models]") {
  const models::VaeEvaluation terms{.reconstruction = 100, .kl = 20};
  CHECK(terms.loss() == 120);
  CHECK(terms.loss(0.25) == 105);
}

TEST_CASE("evaluate: nothing is dropped, and the mode is restored", "[models]") {
  models::Mlp model({.inputs = 4, .hidden = {3}, .classes = 4, .dropout = 0.5});
  const data::Images images = bright_pixels(8);
  const Tensor found = models::evaluate(model, images).probabilities;
  CHECK(model.is_training());
  model.eval();
  check_close(found, softmax(model(images.batch(0, 8).image)), 1e-6);
}

TEST_CASE("evaluate: what is called before a batch may end it, and the mode is restored", "[models]") {
  models::Mlp mlp({.inputs = 4, .hidden = {3}, .classes = 4});
  models::Vae vae({.inputs = 4, .encoder = {3}, .decoder = {3}, .latent = 2});
  const data::Images images = bright_pixels(2300);
  Generator generator(1);
  int batches = 0;
  const auto stop_at_the_third = [&] {
    if (++batches == 3) throw batches;
  };
  CHECK_THROWS_AS(models::evaluate(mlp, images, stop_at_the_third), int);
  CHECK(batches == 3);
  CHECK(mlp.is_training());
  models::evaluate(mlp, images, stop_at_the_third);
  CHECK(batches == 6);
  batches = 0;
  CHECK_THROWS_AS(models::evaluate(vae, images, generator, stop_at_the_third), int);
  CHECK(vae.is_training());
}

TEST_CASE("evaluate: of no images nothing can be said", "[models]") {
  const data::Images none{.pixels = zeros({0, 4}, DType::uint8),
                          .labels = zeros({0}, DType::int64),
                          .height = 2,
                          .width = 2,
                          .channels = 1,
                          .classes = 10};
  models::Mlp mlp({.inputs = 4, .hidden = {3}});
  models::Vae vae({.inputs = 4, .encoder = {3}, .decoder = {3}, .latent = 2});
  Generator generator(1);
  CHECK_THROWS_WITH(models::evaluate(mlp, none), ContainsSubstring("evaluate: no images"));
  CHECK_THROWS_WITH(models::evaluate(vae, none, generator), ContainsSubstring("evaluate: no images"));
}
