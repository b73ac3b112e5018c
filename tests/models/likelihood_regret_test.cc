#include "models/likelihood_regret.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"
#include "nn/optim/adam.h"
#include "tests/check.h"

using namespace tandem;

TEST_CASE("likelihood_regret: small for what the encoder knows, large for what it does not", "[models]") {
  manual_seed(3);
  const Tensor known = bernoulli({16, 36}, 0.3);
  models::Vae vae({.inputs = 36, .encoder = {32}, .decoder = {32}, .latent = 4});
  optim::Adam optimizer(vae.parameters(), {.lr = 5e-3});
  for (int step = 0; step < 400; ++step) {
    optimizer.zero_grad();
    vae.elbo(known).loss().backward();
    optimizer.step();
  }
  optimizer.zero_grad();
  const Tensor unknown = bernoulli({16, 36}, 0.7);
  const auto regret = models::likelihood_regret(vae, concat({known, unknown}), {.steps = 50});
  double of_known = 0, of_unknown = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(regret[i] > -1);  // the optimum is no worse than the start, but for the noise of the draws
    of_known += regret[i] / 16;
    of_unknown += regret[16 + i] / 16;
  }
  CHECK(of_unknown > of_known + 2);
  for (const Tensor& parameter : vae.parameters()) CHECK_FALSE(parameter.grad().defined());  // the weights stay
  CHECK(models::likelihood_regret(vae, concat({known, unknown}), {.steps = 50}) == regret);
}

TEST_CASE("likelihood_regret: needs a step and a sample", "[models]") {
  models::Vae vae({.inputs = 4, .encoder = {2}, .decoder = {2}, .latent = 1});
  CHECK_THROWS_AS(models::likelihood_regret(vae, zeros({1, 4}), {.steps = 0}), ValueError);
  CHECK_THROWS_AS(models::likelihood_regret(vae, zeros({1, 4}), {.samples = 0}), ValueError);
}

TEST_CASE("likelihood_regret: with a VampPrior the bound is that of the model", "[models]") {
  manual_seed(1);
  models::Vae vae({.inputs = 6, .encoder = {}, .decoder = {}, .latent = 2, .pseudo_inputs = 3});
  for (const auto& [name, tensor] : vae.named_parameters()) {
    Tensor parameter = tensor.detach();
    parameter.fill_(name == "encoder.mu.bias" ? 5 : name == "encoder.log_var.bias" ? -3 : 0);
  }
  // Every image has the posterior of the pseudo-inputs, which is the prior: nothing is left to gain.
  const Tensor x = bernoulli({2, 6}, 0.5);
  const std::vector<double> regrets = models::likelihood_regret(vae, x);
  for (const double regret : regrets) CHECK(std::abs(regret) < 0.2);
  const NoGrad no_grad;  // of the caller's own
  CHECK(models::likelihood_regret(vae, x) == regrets);
}
