#include "models/likelihood.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/math.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "autograd/random.h"
#include "models/latent.h"
#include "models/log_mean_exp.h"

namespace tandem::models {
namespace {

/// What is decoded at once: enough rows for the matrix products, few enough for the second-level cache.
constexpr Index images_at_once = 100, samples_at_once = 10;

void require_samples(const char* operation, Index samples) {
  if (samples < 1) throw_value_error(operation, std::to_string(samples) + " samples", "there is at least 1");
}

/// log w where q(z | x) is known already.
Tensor log_weights(const LatentModel& model, const Vae::Posterior& q, const Tensor& x, const Tensor& noise) {
  require(noise.rank() == 3 && noise.shape().without(0) == q.mu.shape(), "log_importance_weights",
          "noise is [k, n, z] where mu is [n, z]", {{"noise", noise}, {"mu", q.mu}});
  const Tensor z = q.mu + exp(q.log_var * 0.5) * noise;
  // log q(z | x) is the log-density of N(0, I) at the noise, less the log-determinant of the map from noise to z.
  const Tensor log_q = standard_normal_log_density(noise) - sum(q.log_var, {1}) * 0.5;
  const Tensor log_p = model.log_prior ? model.log_prior(z) : standard_normal_log_density(z);
  return model.log_conditional(x, z) + log_p - log_q;
}

/// -L_k from log w [k, n].
Tensor negative_bound(const Tensor& log_w) {
  return std::log(static_cast<double>(log_w.dim(0))) - mean(logsumexp(log_w, 0));
}

Tensor noise_for(const Vae& model, const Tensor& x, Index k, Generator& generator) {
  require_samples("iwae_loss", k);
  return randn({k, x.dim(0), model.options().latent}, x.dtype(), generator);
}

/// Draws a row for each column of p [k, n], with the probabilities in that column. Returns indices in the flat p, [n].
Tensor draw_columns(const Tensor& p, Generator& generator) {
  const Index n = p.dim(1);
  Tensor indices = multinomial(transpose(p), 1, generator).reshape({n});
  std::int64_t* index = indices.mutable_data<std::int64_t>();
  for (Index i = 0; i < n; ++i) index[i] = index[i] * n + i;
  return indices;
}

/// `model_of(begin, end)` is the model of these rows of x.
template <class ModelOf>
Likelihood estimate(const Tensor& x, const LikelihoodOptions& options, ModelOf model_of) {
  require(x.rank() == 2 && x.dim(0) >= 1, "log_likelihood", "x is [n, d], n at least 1", {{"x", x}});
  require_samples("log_likelihood", options.samples);
  const NoGrad no_grad;
  Generator generator(options.seed);
  Likelihood result;
  result.samples = options.samples;
  result.seed = options.seed;
  for (Index begin = 0; begin < x.dim(0); begin += images_at_once) {
    const Index end = std::min(begin + images_at_once, x.dim(0));
    const LatentModel model = model_of(begin, end);
    const Tensor images = x.rows(begin, end);
    const Vae::Posterior q = model.encode(images);
    LogMeanExp weights(end - begin);
    for (Index done = 0; done < options.samples; done += samples_at_once) {
      const Index k = std::min(samples_at_once, options.samples - done);
      weights.add(log_weights(model, q, images, randn({k, end - begin, q.mu.dim(1)}, q.mu.dtype(), generator)));
    }
    for (const double log_p : weights.log_mean_exp()) result.image.push_back(log_p);
    for (const double bound : weights.mean()) result.elbo += bound;
  }

  const auto n = static_cast<double>(x.dim(0));
  result.elbo /= n;
  result.log_likelihood = std::accumulate(result.image.begin(), result.image.end(), 0.0) / n;
  double squares = 0;
  for (const double log_p : result.image) squares += std::pow(log_p - result.log_likelihood, 2);
  result.standard_error = std::sqrt(squares / (n - 1) / n);
  return result;
}

}  // namespace

LatentModel latent_model(Vae& vae) {
  return {.encode = [&vae](const Tensor& x) { return vae.encode(x); },
          .log_conditional =
              [&vae](const Tensor& x, const Tensor& z) {
                if (vae.is_autoregressive()) return latent_model(vae, x).log_conditional(x, z);
                return bernoulli_log_likelihood(vae.decode(z), x);
              },
          .log_prior = [&vae](const Tensor& z) { return vae.log_prior(z); }};
}

LatentModel latent_model(Vae& vae, const Tensor& x) {
  LatentModel model = latent_model(vae);
  if (!vae.is_autoregressive()) return model;
  model.log_conditional = [logits = vae.logits_given(x)](const Tensor& images, const Tensor& z) {
    std::vector<Tensor> draws;  // one at a time, for the cache
    for (Index k = 0; k < z.dim(0); ++k) draws.push_back(bernoulli_log_likelihood(logits(z[k]), images));
    return stack(draws);
  };
  return model;
}

LatentModel latent_model(ConditionalVae& vae, const Tensor& labels) {
  return {.encode = [&vae, labels](const Tensor& x) { return vae.encode(x, labels); },
          .log_conditional = [&vae, labels](const Tensor& x,
                                            const Tensor& z) { return vae.log_conditional(vae.decode(z, labels), x); },
          .log_prior = {}};
}

Tensor log_importance_weights(const LatentModel& model, const Tensor& x, const Tensor& noise) {
  return log_weights(model, model.encode(x), x, noise);
}

Tensor iwae_loss(Vae& model, const Tensor& x, const Tensor& noise) {
  return negative_bound(log_importance_weights(latent_model(model), x, noise));
}

Tensor iwae_loss(Vae& model, const Tensor& x, Index k, Generator& generator) {
  return iwae_loss(model, x, noise_for(model, x, k, generator));
}

Tensor resampled_iwae_loss(Vae& model, const Tensor& x, const Tensor& noise, Generator& generator) {
  const LatentModel given_x = latent_model(model, x);
  const Vae::Posterior q = given_x.encode(x);
  Tensor value, draw, share;  // -L_k; of the chosen draws, the noise [n, z] and v_ij [n, 1]
  {
    const NoGrad no_grad;
    const Tensor log_w = log_weights(given_x, q, x, noise);
    value = negative_bound(log_w);
    if (std::isfinite(value.item())) {
      const Tensor v = softmax(log_w, 0), chosen = draw_columns(v, generator);
      draw = gather_rows(reshape(noise, {-1, noise.dim(2)}), chosen);
      share = gather_rows(reshape(v, {-1, 1}), chosen);
    }
  }
  // Without finite weights there is nothing to draw with: the loss itself tells whoever trains.
  if (!draw.defined()) return negative_bound(log_weights(given_x, q, x, noise));
  const Tensor drawn = reparameterize(q.mu, q.log_var, draw), fixed = drawn.detach();
  const Tensor z = reshape(fixed + share * (drawn - fixed), {1, x.dim(0), -1});  // its value is `fixed`
  const Tensor log_q = gaussian_log_density(z, q.mu.detach(), q.log_var.detach());
  const Tensor log_p = given_x.log_conditional(x, z) + given_x.log_prior(z);
  const Tensor surrogate = -mean(log_p - log_q);
  return surrogate + (value - surrogate.detach());
}

Tensor resampled_iwae_loss(Vae& model, const Tensor& x, Index k, Generator& generator) {
  return resampled_iwae_loss(model, x, noise_for(model, x, k, generator), generator);
}

Likelihood log_likelihood(const LatentModel& model, const Tensor& x, const LikelihoodOptions& options) {
  return estimate(x, options, [&](Index, Index) { return model; });
}

Likelihood log_likelihood(Vae& model, const Tensor& x, const LikelihoodOptions& options) {
  return estimate(x, options, [&](Index begin, Index end) { return latent_model(model, x.rows(begin, end)); });
}

Likelihood log_likelihood(ConditionalVae& model, const Tensor& x, const Tensor& labels,
                          const LikelihoodOptions& options) {
  require(labels.rank() == 1 && labels.dim(0) == x.dim(0), "log_likelihood", "there is one label for each row of x",
          {{"x", x}, {"labels", labels}});
  return estimate(x, options, [&](Index begin, Index end) { return latent_model(model, labels.rows(begin, end)); });
}

Tensor posterior_mean_variance(Vae& model, const Tensor& x) {
  constexpr Index batch = 1000;
  const NoGrad no_grad;
  std::vector<Tensor> means;
  for (Index begin = 0; begin < x.dim(0); begin += batch)
    means.push_back(model.encode(x.rows(begin, std::min(begin + batch, x.dim(0)))).mu);
  return variance(concat(means).to(DType::float64), {0}, false, 0);
}

Index active_units(Vae& model, const Tensor& x, double threshold) {
  const std::vector<double> variances = posterior_mean_variance(model, x).to_vector<double>();
  return std::count_if(variances.begin(), variances.end(), [threshold](double v) { return v > threshold; });
}

}  // namespace tandem::models
