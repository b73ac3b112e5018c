#include "models/vae.h"

#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "nn/optim/adam.h"
#include "tests/models/check_whole_loss.h"
#include "tests/models/examples.h"

using namespace tandem;
using namespace tandem::test;
using models::Vae;

namespace {

models::VaeOptions with_pseudo_inputs(Index count) {
  models::VaeOptions options = small_vae;
  options.pseudo_inputs = count;
  return options;
}

Tensor parameter_of(const Vae& model, const std::string& wanted) {
  for (const auto& [name, tensor] : model.named_parameters())
    if (name == wanted) return tensor;
  FAIL("no parameter " << wanted);
  return {};
}

}  // namespace

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

TEST_CASE("vae: gradient of the whole loss", "[models]") {
  manual_seed(5);
  models::Vae model(
      {.inputs = 12, .encoder = {5}, .decoder = {4}, .latent = 2, .activation = nn::Activation::softplus});
  const Tensor x = uniform({3, 12}, 0, 1, DType::float64), noise = randn({3, 2}, DType::float64);
  test::check_whole_loss(model, [&] { return model.elbo(x, noise).loss(0.7); });
}

TEST_CASE("vae: beta weighs the divergence", "[models]") {
  manual_seed(5);
  Vae model(small_vae);
  const auto elbo = model.elbo(uniform({3, 12}), randn({3, 2}));
  check_equal(elbo.loss(0.25), elbo.reconstruction + elbo.kl * 0.25);
  check_equal(elbo.loss(), elbo.reconstruction + elbo.kl);
}

TEST_CASE("vae: the prior's density, N(0, I) and VampPrior", "[models]") {
  manual_seed(1);
  const Tensor z = randn({3, 4, 2}, DType::float64) * 2;
  Vae plain(small_vae);
  check_close(plain.log_prior(z), gaussian_log_density(z, zeros({2}, DType::float64), zeros({2}, DType::float64)),
              1e-12);

  Vae vamp(with_pseudo_inputs(3));
  vamp.to(DType::float64);
  const Vae::Posterior q = vamp.encode(sigmoid(parameter_of(vamp, "prior.pseudo_inputs")));
  const Tensor each = gaussian_log_density(z.reshape({3, 4, 1, 2}), q.mu, q.log_var);  // [3, 4, components]
  check_close(vamp.log_prior(z), logsumexp(each) - std::log(3.0), 1e-12);
}

TEST_CASE("vae: the VampPrior's draws follow its density", "[models]") {
  manual_seed(2);
  Vae model(with_pseudo_inputs(2));
  {  // two modes far apart in the first latent
    const NoGrad no_grad;
    parameter_of(model, "prior.pseudo_inputs").copy_(concat({full({1, 12}, 9), full({1, 12}, -9)}));
    parameter_of(model, "encoder.mu.weight").mul_(30);
  }
  Generator generator(4);
  const Tensor z = model.sample_prior(20000, generator);
  const Vae::Posterior q =
      model.encode(tensor({{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}));
  check_close(mean(z, {0}), mean(q.mu, {0}), 0, 0.1);
  // by the law of total variance
  check_close(variance(z, {0}), mean(exp(q.log_var), {0}) + variance(q.mu, {0}, false, 0), 0.05);
  CHECK(model.sample(5, generator).shape() == Shape{5, 12});
}

TEST_CASE("vae: gradient of the whole loss with a VampPrior", "[models]") {
  manual_seed(5);
  Vae model(with_pseudo_inputs(3));
  const Tensor x = uniform({3, 12}, 0, 1, DType::float64), noise = randn({3, 2}, DType::float64);
  check_whole_loss(model, [&] { return model.elbo(x, noise).loss(0.7); });
}

TEST_CASE("vae: the VampPrior of one pseudo-input is that input's posterior", "[models]") {
  manual_seed(6);
  Vae model(with_pseudo_inputs(1));
  model.to(DType::float64);
  const Tensor u = sigmoid(parameter_of(model, "prior.pseudo_inputs")).detach();
  CHECK_THAT(model.elbo(u, randn({1, 2}, DType::float64)).kl.item(), WithinAbs(0, 1e-12));
}

TEST_CASE("vae: starts from the data", "[models]") {
  manual_seed(7);
  Vae model(with_pseudo_inputs(2));
  Tensor images = uniform({5, 12}, 0.1, 0.9);
  for (Index i = 0; i < 5; ++i) images.mutable_data<float>()[12 * i] = 0;  // a pixel that is always dark
  model.start_from(images);
  const Tensor average = clamp(mean(images, {0}), 0.001, 0.999);
  check_close(sigmoid(parameter_of(model, "decoder.layers.2.bias")), average, 1e-5);
  check_close(sigmoid(parameter_of(model, "prior.pseudo_inputs")), clamp(images.rows(0, 2), 0.05, 0.95), 1e-5);
  CHECK_THAT(message_of<ShapeError>([&] { model.start_from(images.rows(0, 1)); }),
             ContainsSubstring("2 pseudo-inputs"));
  CHECK_THROWS_AS(model.start_from(zeros({3, 11})), ShapeError);
}

TEST_CASE("vae: an architecture without a VampPrior and an autoregressive part reads back", "[models]") {
  const models::VaeOptions plain = Vae::from_architecture(Vae(small_vae).architecture());
  CHECK(plain.pseudo_inputs == 0);
  CHECK(plain.autoregressive.empty());
}

TEST_CASE("vae: options that a description could not give back are refused", "[models]") {
  for (const auto field : {&models::VaeOptions::pseudo_inputs, &models::VaeOptions::reach,
                           &models::VaeOptions::features, &models::VaeOptions::row_width}) {
    models::VaeOptions options = small_vae;
    options.*field = field == &models::VaeOptions::pseudo_inputs ? -1 : 0;
    CHECK_THROWS_AS(Vae(options), ValueError);
  }
}

TEST_CASE("vae: mean images, reconstructions and samples are the decoder's probabilities", "[models]") {
  manual_seed(8);
  Vae model(small_vae);
  const NoGrad no_grad;
  const Tensor x = uniform({5, 12}), z = randn({5, 2});
  check_equal(model.reconstruct(x), sigmoid(model.decode(model.encode(x).mu)));
  check_equal(model.probabilities(z), sigmoid(model.decode(z)));
  check_equal(model.probabilities(z, 0), model.probabilities(z));  // pixels are independent: none need be drawn
  Generator generator(3), same(3);
  check_equal(model.sample(5, generator), sigmoid(model.decode(model.sample_prior(5, same))));
}

TEST_CASE("vae: pixels are drawn as often as they are probable", "[models]") {
  manual_seed(9);
  Vae model(small_vae);
  const NoGrad no_grad;
  const Tensor z = broadcast_to(randn({1, 2}) * 3, {20000, 2});
  Generator generator(3);
  const Vae::Drawn drawn = model.draw(z, generator);
  check_equal(drawn.probability, sigmoid(model.decode(z)));
  check_equal(drawn.pixel * (1 - drawn.pixel), zeros_like(drawn.pixel));                       // each is 0 or 1
  check_close(mean(drawn.pixel, {0}), drawn.probability[0], 0, 5 * 0.5 / std::sqrt(20000.0));  // 5 deviations at most
}

TEST_CASE("vae: samples in double precision too", "[models]") {
  models::Vae vae({.inputs = 4, .encoder = {3}, .decoder = {3}, .latent = 2});
  vae.to(DType::float64);
  CHECK(vae.sample(2).dtype() == DType::float64);
}
