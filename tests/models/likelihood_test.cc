#include "models/likelihood.h"

#include <Eigen/Dense>

#include "autograd/backward.h"
#include "autograd/eigen.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "tests/models/check_whole_loss.h"
#include "tests/models/examples.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;
using models::Vae;

namespace {

/// z ~ N(0, I), x | z ~ N(W z, s^2 I), so that x ~ N(0, W W^T + s^2 I): everything is known exactly.
struct LinearGaussian {
  Index d = 4, z = 2;
  double s = 0.5;
  Tensor w = randn({d, z}, DType::float64);
  Tensor x = matmul(randn({40, z}, DType::float64), transposed(w)) + randn({40, d}, DType::float64) * s;

  /// Its encoder is right but for its variances, which are 1.5 times those of the true posterior, and correlations.
  models::LatentModel model() const {
    const Eigen::MatrixXd m = w.matrix<double>();
    const Eigen::MatrixXd covariance = (Eigen::MatrixXd::Identity(z, z) + m.transpose() * m / (s * s)).inverse();
    const Tensor gain = from_eigen(covariance * m.transpose() / (s * s));
    const Tensor log_var = from_eigen((1.5 * covariance.diagonal()).array().log().matrix().transpose());
    return {.encode =
                [=](const Tensor& images) {
                  const Tensor mu = linear(images, gain);
                  return Vae::Posterior{mu, mu * 0.0 + log_var};
                },
            .log_conditional =
                [=, weights = w, log_s2 = full({d}, std::log(s * s), DType::float64)](const Tensor& images,
                                                                                      const Tensor& latents) {
                  return gaussian_log_density(images, linear(latents, weights), log_s2);
                },
            .log_prior = {}};
  }

  /// Mean of log p(x) over the images.
  double exact() const {
    const Eigen::MatrixXd m = w.matrix<double>();
    const Eigen::MatrixXd covariance = m * m.transpose() + s * s * Eigen::MatrixXd::Identity(d, d);
    const Eigen::MatrixXd images = x.matrix<double>();
    const double squares = (images * covariance.inverse() * images.transpose()).trace() / 40;
    return -0.5 * (squares + std::log((2 * std::numbers::pi * covariance).determinant()));
  }
};

}  // namespace

TEST_CASE("likelihood: agrees with the exact value of a linear-Gaussian model", "[models]") {
  manual_seed(1);
  const LinearGaussian known;
  constexpr int repeats = 20;
  double mean = 0, squares = 0;
  for (int seed = 1; seed <= repeats; ++seed) {
    const models::Likelihood estimate =
        models::log_likelihood(known.model(), known.x, {.samples = 1000, .seed = static_cast<std::uint64_t>(seed)});
    mean += estimate.log_likelihood / repeats;
    squares += estimate.log_likelihood * estimate.log_likelihood / repeats;
    CHECK(estimate.elbo < known.exact() - 0.05);  // so that agreement with the bound would not pass
  }
  const double standard_error = std::sqrt((squares - mean * mean) / (repeats - 1));
  INFO("estimate " << mean << " +- " << standard_error << ", exact " << known.exact());
  CHECK(standard_error < 0.005);
  CHECK(std::abs(mean - known.exact()) < 3 * standard_error);
}

TEST_CASE("likelihood: the bound rises with the number of samples", "[models]") {
  manual_seed(2);
  const LinearGaussian known;
  double before = -std::numeric_limits<double>::infinity();
  for (const Index samples : {1, 5, 50, 500}) {
    const double bound = models::log_likelihood(known.model(), known.x, {.samples = samples}).log_likelihood;
    INFO(samples << " samples");
    CHECK(bound > before);
    before = bound;
  }
}

TEST_CASE("likelihood: what stands beside the number", "[models]") {
  manual_seed(3);
  Vae model(small_vae);
  const Tensor x = bernoulli({230, 12}, 0.3);  // more than are taken at once
  const models::Likelihood result = models::log_likelihood(model, x, {.samples = 25, .seed = 9});
  CHECK(result.samples == 25);
  CHECK(result.seed == 9);
  REQUIRE(result.image.size() == 230);
  double mean = 0, squares = 0;
  for (const double log_p : result.image) mean += log_p / 230;
  for (const double log_p : result.image) squares += (log_p - mean) * (log_p - mean);
  CHECK_THAT(result.log_likelihood, WithinRel(mean, 1e-12));
  CHECK_THAT(result.standard_error, WithinRel(std::sqrt(squares / 229 / 230), 1e-9));
  CHECK(result.elbo < result.log_likelihood);
  CHECK_THROWS_AS(models::log_likelihood(model, x, {.samples = 0}), ValueError);
  CHECK_THROWS_AS(models::log_likelihood(model, x.rows(0, 0)), ShapeError);
}

TEST_CASE("likelihood: with one sample it is the ELBO, and depends on the seed alone", "[models]") {
  manual_seed(4);
  Vae model(small_vae);
  const Tensor x = bernoulli({50, 12}, 0.3);
  const models::Likelihood one = models::log_likelihood(model, x, {.samples = 1, .seed = 6});
  CHECK_THAT(one.elbo, WithinRel(one.log_likelihood, 1e-12));
  Generator generator(6);
  CHECK_THAT(one.log_likelihood, WithinRel(-models::iwae_loss(model, x, 1, generator).item(), 1e-6));

  const auto each = [&] { return models::log_likelihood(model, x, {.samples = 30}).image; };
  const std::vector<double> three = with_threads(3, each);
  CHECK(with_threads(3, each) == three);
  CHECK(with_threads(1, each) == three);
}

TEST_CASE("iwae: with k = 1 it is the ELBO with the KL term by the same draw", "[models]") {
  manual_seed(5);
  models::VaeOptions options = small_vae;
  options.pseudo_inputs = GENERATE(0, 3);
  Vae model(options);
  model.to(DType::float64);
  const Tensor x = bernoulli({6, 12}, 0.3, DType::float64), noise = randn({1, 6, 2}, DType::float64);
  const auto [mu, log_var] = model.encode(x);
  const Tensor z = reparameterize(mu, log_var, noise[0]);
  const Tensor kl = mean(gaussian_log_density(z, mu, log_var) - model.log_prior(z));
  const Tensor expected = model.elbo(x, noise[0]).reconstruction + kl;
  check_close(models::iwae_loss(model, x, noise), expected, 1e-12);
}

TEST_CASE("iwae: falls with k and stays above -log p(x)", "[models]") {
  manual_seed(6);
  Vae model(small_vae);
  const Tensor x = broadcast_to(bernoulli({1, 12}, 0.3), {4000, 12});
  Generator generator(2);
  const NoGrad no_grad;
  const double one = models::iwae_loss(model, x, 1, generator).item(),
               five = models::iwae_loss(model, x, 5, generator).item();
  const double nll = -models::log_likelihood(model, x.rows(0, 50), {.samples = 2000}).log_likelihood;
  CHECK(one > five + 0.001);
  CHECK(five > nll);
  CHECK_THROWS_AS(models::iwae_loss(model, x, 0), ValueError);
}

TEST_CASE("iwae: gradient of the whole loss", "[models]") {
  manual_seed(7);
  models::VaeOptions options = small_vae;
  options.pseudo_inputs = GENERATE(0, 2);
  Vae model(options);
  const Tensor x = bernoulli({3, 12}, 0.4, DType::float64), noise = randn({4, 3, 2}, DType::float64);
  check_whole_loss(model, [&] { return models::iwae_loss(model, x, noise); });
}

TEST_CASE("iwae: resampled, the value is the same and the gradient is in expectation", "[models]") {
  manual_seed(11);
  Vae model(small_vae);
  model.to(DType::float64);
  const Tensor x = bernoulli({3, 12}, 0.4, DType::float64);
  const std::vector<Tensor> parameters = model.parameters();

  constexpr int repeats = 4000;
  std::vector<Tensor> sums, squares;  // of the differences between the two gradients
  for (const Tensor& p : parameters) sums.push_back(zeros_like(p)), squares.push_back(zeros_like(p));
  for (int i = 0; i < repeats; ++i) {
    const Tensor noise = randn({4, 3, 2}, DType::float64);
    const Tensor loss = models::iwae_loss(model, x, noise), resampled = models::resampled_iwae_loss(model, x, noise);
    if (i == 0) check_close(resampled, loss, 1e-12);
    const std::vector<Tensor> exact = grad(loss, parameters), gradients = grad(resampled, parameters);
    for (std::size_t j = 0; j < parameters.size(); ++j) {
      sums[j].add_(gradients[j] - exact[j]);
      squares[j].add_(square(gradients[j] - exact[j]));
    }
  }
  for (std::size_t j = 0; j < parameters.size(); ++j) {
    const Tensor average = sums[j] / repeats, spread = squares[j] / repeats - square(average);
    const Tensor error = square(average) - 25 * spread / repeats;  // five standard errors
    INFO("parameter " << j);
    CHECK(max(error).item() < 1e-20);
    CHECK(max(spread).item() > 1e-8);  // it is a draw
  }
}

TEST_CASE("iwae: resampled, the encoder rests where it is the true posterior", "[models]") {
  manual_seed(12);
  Vae model(small_vae);
  {
    const NoGrad no_grad;  // pixels that do not depend on z: the true posterior is N(0, I), and so is q(z | x)
    for (auto [name, weight] : model.named_parameters())
      if (name.starts_with("encoder.mu.") || name.starts_with("encoder.log_var.") || name == "decoder.layers.2.weight")
        weight.mul_(0);
  }
  const Tensor x = bernoulli({3, 12}, 0.4);
  std::vector<Tensor> encoder;
  for (auto [name, weight] : model.named_parameters())
    if (name.starts_with("encoder.")) encoder.push_back(weight);
  for (const Tensor& gradient : grad(models::resampled_iwae_loss(model, x, 4), encoder))
    CHECK(max(abs(gradient)).item() < 1e-7);
  const Tensor noise = randn({4, 3, 2});  // the other gradient does not rest: it is 0 only on average
  CHECK(max(abs(grad(models::iwae_loss(model, x, noise), encoder).back())).item() > 1e-3);
}

TEST_CASE("likelihood: of a label's images under the conditional VAE", "[models]") {
  manual_seed(8);
  models::ConditionalVae model({.inputs = 12, .classes = 3, .encoder = {5}, .decoder = {4}, .latent = 2});
  const NoGrad no_grad;
  for (auto [name, weight] : model.named_parameters())
    if (name == "decoder.hidden.label") weight.mul_(10);                    // so that the label matters
  const Tensor x = bernoulli({130, 12}, 0.3), label = labels_in_turn(130);  // more than are taken at once
  const double right = models::log_likelihood(model, x, label, {.samples = 500}).log_likelihood;
  Generator generator(5);
  const Tensor every_class = model.log_evidence(x, 500, generator, models::EvidenceEstimator::importance);
  const Tensor chosen = one_hot(label, 3), other = 1.0 - chosen;
  CHECK_THAT(right, WithinAbs(sum(every_class * chosen).item() / 130, 0.05));
  CHECK(std::abs(right - sum(every_class * other).item() / 260) > 0.1);
  CHECK_THROWS_AS(models::log_likelihood(model, x, label.rows(0, 7)), ShapeError);
}

TEST_CASE("active_units: counts the latents that the data moves", "[models]") {
  manual_seed(9);
  Vae model(small_vae);
  const Tensor x = bernoulli({1500, 12}, 0.5);
  const NoGrad no_grad;
  for (auto [name, weight] : model.named_parameters())
    if (name == "encoder.mu.weight") weight.copy_(tensor({{3, 3, 3, 3, 3}, {0, 0, 0, 0, 0}}));
  const std::vector<double> variances = models::posterior_mean_variance(model, x).to_vector<double>();
  CHECK(variances[0] > 0.1);
  CHECK_THAT(variances[0], WithinRel(variance(model.encode(x).mu.to(DType::float64), {0}, false, 0)[0].item(), 1e-5));
  CHECK_THAT(variances[1], WithinAbs(0, 1e-12));
  CHECK(models::active_units(model, x) == 1);
  CHECK(models::active_units(model, x, variances[0]) == 0);
  CHECK(models::active_units(model, x, 1e6) == 0);
}

TEST_CASE("likelihood: of features that are any number", "[models]") {
  manual_seed(2);
  models::ConditionalVae model({.inputs = 4,
                                .classes = 3,
                                .encoder = {5},
                                .decoder = {5},
                                .latent = 2,
                                .observation = models::Observation::gaussian});
  model.to(DType::float64);
  const Tensor x = randn({3, 4}, DType::float64), y = labels({0, 1, 2}), noise = randn({5, 3, 2}, DType::float64);
  const models::Likelihood found = models::log_likelihood(model, x, y, {.samples = 200});
  CHECK(found.log_likelihood >= found.elbo);

  const auto [mu, log_var] = model.encode(x, y);
  const Tensor z = mu + exp(log_var * 0.5) * noise, zero = zeros({2}, DType::float64);
  const Tensor parameters = model.decode(z, y);  // the means and the logarithms of the variances of 4 features
  const Tensor log_p = gaussian_log_density(x, slice(parameters, 2, 0, 4), slice(parameters, 2, 4, 8)) +
                       gaussian_log_density(z, zero, zero);
  const Tensor weights = models::log_importance_weights(models::latent_model(model, y), x, noise);
  CHECK(weights.shape() == Shape{5, 3});
  check_close(weights, log_p - gaussian_log_density(z, mu, log_var), 1e-12);
}
