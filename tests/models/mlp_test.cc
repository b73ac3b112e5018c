#include "models/mlp.h"

#include "autograd/ops/loss.h"
#include "nn/metrics.h"
#include "nn/optim/adam.h"
#include "tests/catch.h"
#include "tests/models/check_whole_loss.h"
#include "tests/models/examples.h"

using namespace tandem;
using test::Examples;

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

TEST_CASE("mlp: gradient of the whole loss", "[models]") {
  manual_seed(5);
  const Examples examples;
  models::Mlp model({.inputs = 36, .hidden = {5, 4}, .activation = nn::Activation::tanh});
  const Tensor x = examples.image.to(DType::float64);
  test::check_whole_loss(model, [&] { return cross_entropy(model(x), examples.label, 0.1); });
}

TEST_CASE("mlp: its layers, in order", "[models]") {
  const models::Mlp model({.inputs = 9,
                           .hidden = {4, 3},
                           .classes = 2,
                           .dropout = 0.5,
                           .input_dropout = 0.2,
                           .batch_norm = true,
                           .noise = 0.1});
  REQUIRE(model.children().size() == 1);
  std::string layers;
  for (const nn::Module* layer : model.children()[0]->children()) layers += layer->describe() + "\n";
  CHECK(layers ==
        "Dropout(0.2)\nGaussianNoise(0.1)\n"
        "Linear(9 -> 4)\nBatchNorm1d(4)\nGaussianNoise(0.1)\nrelu\nDropout(0.5)\n"
        "Linear(4 -> 3)\nBatchNorm1d(3)\nGaussianNoise(0.1)\nrelu\nDropout(0.5)\n"
        "Linear(3 -> 2)\n");
}

TEST_CASE("mlp: probabilities and deviations that are none are refused", "[models]") {
  for (const double wrong : {-0.5, std::nan("")}) {
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .dropout = wrong}), ValueError);
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .input_dropout = wrong}), ValueError);
    CHECK_THROWS_AS(models::Mlp({.inputs = 4, .noise = wrong}), ValueError);
  }
}
