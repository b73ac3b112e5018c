// A VAE whose pixels depend on those before them.

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "models/likelihood.h"
#include "nn/optim/adam.h"
#include "tests/models/check_whole_loss.h"

using namespace tandem;
using namespace tandem::test;
using models::Vae;

namespace {

/// Images of 3 x 4 pixels.
models::VaeOptions small_autoregressive_vae() {
  models::VaeOptions options = small_vae;
  options.autoregressive = {5, 3};
  options.reach = 2;
  options.features = 2;
  options.row_width = 4;
  return options;
}

/// Of 2 x 4 pixels, few enough to look at all 256.
models::VaeOptions tiny_autoregressive_vae() {
  models::VaeOptions options = small_autoregressive_vae();
  options.inputs = 8;
  return options;
}

/// Number k has the binary digits of k as its pixels.  [2^pixels, pixels]
Tensor all_images(Index pixels) {
  Tensor x({Index{1} << pixels, pixels}, DType::float32);
  for (Index i = 0; i < x.size(); ++i)
    x.mutable_data<float>()[i] = static_cast<float>((i / pixels) >> (i % pixels) & 1);
  return x;
}

/// Weights so large that the pixels depend on one another a lot.
void make_strong(Vae& model) {
  const NoGrad no_grad;
  for (auto [name, weight] : model.named_parameters())
    if (name.starts_with("neighbours.")) weight.mul_(4);
}

/// p(x | z) of all images.  z [1, z] -> [2^pixels]
Tensor probability_of_all(Vae& model, const Tensor& z) {
  const Tensor x = all_images(model.options().inputs);
  return exp(bernoulli_log_likelihood(model.logits(x, broadcast_to(z, {x.dim(0), z.dim(1)})), x));
}

}  // namespace

TEST_CASE("autoregressive vae: p(x | z) sums to one over all images", "[models]") {
  manual_seed(1);
  Vae model(tiny_autoregressive_vae());
  make_strong(model);
  const NoGrad no_grad;
  for (int i = 0; i < 5; ++i) CHECK_THAT(sum(probability_of_all(model, randn({1, 2}))).item(), WithinAbs(1, 1e-5));
}

TEST_CASE("autoregressive vae: images are drawn as often as they are probable", "[models]") {
  manual_seed(2);
  Vae model(tiny_autoregressive_vae());
  make_strong(model);
  const NoGrad no_grad;
  constexpr Index draws = 20000;
  const Tensor z = randn({1, 2});
  const std::vector<double> p = probability_of_all(model, z).to_vector<double>();
  Generator generator(3);
  const Vae::Drawn drawn = model.draw(broadcast_to(z, {draws, 2}), generator);
  std::vector<double> count(p.size(), 0.0);
  for (Index i = 0; i < draws; ++i) {
    Index number = 0;
    for (Index j = 0; j < 8; ++j) number |= Index{drawn.pixel.data<float>()[i * 8 + j] == 1} << j;
    count[static_cast<std::size_t>(number)] += 1;
  }
  double chi_square = 0;  // images that are expected less than five times are taken together
  double rare_count = 0, rare_expected = 0;
  int kinds = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double expected = p[i] * static_cast<double>(draws);
    if (expected < 5) {
      rare_count += count[i];
      rare_expected += expected;
      continue;
    }
    chi_square += (count[i] - expected) * (count[i] - expected) / expected;
    ++kinds;
  }
  if (rare_expected > 0) chi_square += (rare_count - rare_expected) * (rare_count - rare_expected) / rare_expected;
  INFO(kinds << " kinds of images");
  CHECK(kinds > 20);
  CHECK(chi_square < kinds + 5 * std::sqrt(2.0 * kinds));
  // The probabilities that come along are those of the pixels given the ones drawn before.
  check_close(drawn.probability, sigmoid(model.logits(drawn.pixel, broadcast_to(z, {draws, 2}))), 1e-5);
}

TEST_CASE("autoregressive vae: the mean image is that of p(x | z)", "[models]") {
  manual_seed(3);
  Vae model(tiny_autoregressive_vae());
  make_strong(model);
  const NoGrad no_grad;
  const Tensor z = randn({2, 2}), p = model.probabilities(z, 20000);
  for (Index i = 0; i < 2; ++i)
    check_close(p[i], sum(probability_of_all(model, z.rows(i, i + 1)).reshape({256, 1}) * all_images(8), {0}), 0, 0.02);
  const Tensor x = bernoulli({4, 8}, 0.4);
  check_close(model.reconstruct(x), model.probabilities(model.encode(x).mu), 0);  // the same again
  CHECK(model.sample(3).shape() == Shape{3, 8});
  for (const Index draws : {0, -1}) CHECK_THROWS_AS(model.probabilities(z, draws), ValueError);
}

TEST_CASE("autoregressive vae: gradient of the whole loss", "[models]") {
  manual_seed(4);
  models::VaeOptions options = small_autoregressive_vae();
  options.pseudo_inputs = GENERATE(0, 2);
  Vae model(options);
  const Tensor x = bernoulli({3, 12}, 0.4, DType::float64), noise = randn({3, 2}, DType::float64);
  check_whole_loss(model, [&] { return model.elbo(x, noise).loss(0.7); });
}

TEST_CASE("autoregressive vae: gradient of the importance-weighted bound", "[models]") {
  manual_seed(5);
  Vae model(small_autoregressive_vae());
  const Tensor x = bernoulli({3, 12}, 0.4, DType::float64), noise = randn({4, 3, 2}, DType::float64);
  check_whole_loss(model, [&] { return models::iwae_loss(model, x, noise); });
  Generator generator(6);
  check_close(models::resampled_iwae_loss(model, x, noise, generator), models::iwae_loss(model, x, noise), 1e-12);
}

TEST_CASE("autoregressive vae: importance sampling finds the exact likelihood", "[models]") {
  manual_seed(6);
  Vae model(tiny_autoregressive_vae());
  make_strong(model);
  const NoGrad no_grad;
  constexpr Index draws = 4000;  // of the prior, for p(x) = E p(x | z)
  Tensor p = zeros({256});
  for (Index i = 0; i < draws; ++i) p.add_(probability_of_all(model, randn({1, 2})) / static_cast<double>(draws));
  const std::vector<double> exact = log(p).to_vector<double>();
  const models::Likelihood estimate = models::log_likelihood(model, all_images(8), {.samples = 3000});
  for (const std::size_t i : {0U, 1U, 77U, 130U, 255U}) {
    INFO("image " << i);
    CHECK_THAT(estimate.image[i], WithinAbs(exact[i], 0.05));
  }
}

TEST_CASE("autoregressive vae: learns what latents alone do not say", "[models]") {
  manual_seed(7);
  models::VaeOptions options = tiny_autoregressive_vae();
  Vae model(options);
  // One pixel in each of two rows, anywhere: the second row repeats the first, or is its mirror image.
  Tensor x = zeros({8, 8});
  for (Index i = 0; i < 8; ++i) {
    const Index column = i % 4;
    x.mutable_data<float>()[i * 8 + column] = 1;
    x.mutable_data<float>()[i * 8 + 4 + (i < 4 ? column : 3 - column)] = 1;
  }
  optim::Adam optimizer(model.parameters(), {.lr = 0.02});
  for (int step = 0; step < 600; ++step) {
    const Tensor loss = model.elbo(x).loss();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  CHECK(-models::log_likelihood(model, x, {.samples = 500}).log_likelihood < std::log(8.0) + 0.4);
}

TEST_CASE("autoregressive vae: rows are whole", "[models]") {
  models::Architecture broken = Vae(small_autoregressive_vae()).architecture();
  broken["row_width"] = "5";
  CHECK_THAT(message_of<ValueError>([&] { Vae(Vae::from_architecture(broken)); }), ContainsSubstring("whole rows"));
}
