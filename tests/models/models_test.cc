#include "tests/catch.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/random.h"
#include "models/evaluate.h"
#include "models/latent.h"
#include "models/mlp.h"
#include "models/vae.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "tests/models/check_whole_loss.h"

using namespace tandem;

namespace {

/// 32 random black-and-white images with random labels.
struct Examples {
  Tensor image = bernoulli({32, 36}, 0.3);
  Tensor label = randperm(32);
  Examples() {
    for (Index i = 0; i < 32; ++i) label.mutable_data<std::int64_t>()[i] %= 10;
  }
};

}  // namespace

TEST_CASE("mlp: overfits 32 examples", "[models]") {
  manual_seed(3);
  const Examples examples;
  models::Mlp model({.inputs = 36, .hidden = {32}});
  optim::Adam optimizer(model.parameters(), {.lr = 1e-2});
  double loss_value = 0;
  for (int step = 0; step < 200; ++step) {
    const Tensor loss = cross_entropy(model(examples.image), examples.label);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    loss_value = loss.item();
  }
  CHECK(loss_value < 0.01);
  CHECK(nn::correct_predictions(model(examples.image), examples.label) == 32);
}

TEST_CASE("vae: overfits 32 examples", "[models]") {
  manual_seed(3);
  const Examples examples;
  models::Vae model({.inputs = 36, .encoder = {64}, .decoder = {64}, .latent = 8});
  optim::Adam optimizer(model.parameters(), {.lr = 5e-3});
  double first = 0, last = 0;
  for (int step = 0; step < 1500; ++step) {
    const auto elbo = model.elbo(examples.image);
    optimizer.zero_grad();
    elbo.loss(0.05).backward();
    optimizer.step();
    (step == 0 ? first : last) = elbo.reconstruction.item();
  }
  CHECK(first > 20);
  CHECK(last < 2);
}

TEST_CASE("mlp: gradient of the whole loss", "[models]") {
  manual_seed(5);
  const Examples examples;
  models::Mlp model({.inputs = 36, .hidden = {5, 4}, .activation = nn::Activation::tanh});
  const Tensor x = examples.image.to(DType::float64);
  test::check_whole_loss(model, [&] { return cross_entropy(model(x), examples.label, 0.1); });
}

TEST_CASE("vae: gradient of the whole loss", "[models]") {
  manual_seed(5);
  models::Vae model(
      {.inputs = 12, .encoder = {5}, .decoder = {4}, .latent = 2, .activation = nn::Activation::softplus});
  const Tensor x = uniform({3, 12}, 0, 1, DType::float64), noise = randn({3, 2}, DType::float64);
  test::check_whole_loss(model, [&] { return model.elbo(x, noise).loss(0.7); });
}

TEST_CASE("models: an architecture reads back, and nonsense is refused", "[models]") {
  const models::Mlp mlp(
      {.inputs = 9, .hidden = {4, 3}, .classes = 2, .activation = nn::Activation::gelu, .dropout = 0.1});
  CHECK(models::Mlp(models::Mlp::from_architecture(mlp.architecture())).architecture() == mlp.architecture());
  const models::Vae vae({.inputs = 9, .encoder = {4, 3}, .decoder = {5}, .latent = 2});
  CHECK(models::Vae(models::Vae::from_architecture(vae.architecture())).architecture() == vae.architecture());
  CHECK_THROWS_WITH(models::Mlp::from_architecture(vae.architecture()), ContainsSubstring("one of kind mlp is wanted"));
  for (const char* hidden : {"4,", ",4", "-1", "x", "99999999999999999999", "4,0"}) {
    INFO(hidden);
    auto broken = mlp.architecture();
    broken["hidden"] = hidden;
    CHECK_THROWS_AS(models::Mlp::from_architecture(broken), ValueError);
  }
}

TEST_CASE("evaluate: averages over all images and restores the mode", "[models]") {
  data::Images images;
  images.pixels = zeros({2500, 4}, DType::uint8);
  images.labels = zeros({2500}, DType::int64);
  images.height = images.width = 2;
  images.classes = 10;
  models::Mlp model({.inputs = 4, .hidden = {3}, .dropout = 0.5});
  const models::Evaluation result = models::evaluate(model, images);
  CHECK(model.is_training());
  CHECK(result.probabilities.shape() == Shape{2500, 10});
  CHECK_THAT(std::exp(-result.loss), WithinRel(double(result.probabilities.data<float>()[0]), 1e-5));
}

TEST_CASE("latent: interpolation and the plane", "[models]") {
  const Tensor line = models::interpolate(tensor({0, 2}), tensor({1, 0}), 3);
  CHECK(line.to_vector<double>() == std::vector<double>{0, 2, 0.5, 1, 1, 0});
  CHECK_THAT(models::normal_quantile(0.975), WithinAbs(1.959963984540054, 1e-12));
  for (const double none : {-0.5, 0.0, 1.0, 1.5, std::nan("")})
    CHECK_THROWS_AS(models::normal_quantile(none), ValueError);
  const Tensor plane = models::latent_plane(2, 3, 0, 2);
  CHECK(plane.shape() == Shape{4, 3});
  CHECK_THAT(plane.to_vector<double>()[2], WithinAbs(0.6744897501960817, 1e-7));
  CHECK_THROWS_AS(models::latent_plane(2, 1, 0, 0), ValueError);
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

TEST_CASE("mlp: probabilities and deviations that are none are refused", "[models]") {
  for (const double wrong : {-0.5, std::nan("")}) {
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .dropout = wrong}), ValueError);
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .input_dropout = wrong}), ValueError);
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .noise = wrong}), ValueError);
  }
}
