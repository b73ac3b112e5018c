#include "models/vae.h"

#include <cmath>
#include <numbers>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "models/causal_neighbours.h"
#include "models/hidden_layers.h"
#include "models/latent.h"
#include "nn/linear.h"
#include "nn/sequential.h"

namespace tandem::models {

namespace {

/// Rejects options that an Architecture cannot hold either.
const VaeOptions& checked(const VaeOptions& o) {
  if (o.pseudo_inputs < 0 || o.reach < 1 || o.features < 1 || o.row_width < 1)
    throw_value_error("Vae",
                      std::to_string(o.pseudo_inputs) + " pseudo-inputs, reach " + std::to_string(o.reach) + ", " +
                          std::to_string(o.features) + " features, row_width " + std::to_string(o.row_width),
                      "no less than 0 of the first and 1 of the others");
  return o;
}

CausalNeighboursOptions neighbour_options(const VaeOptions& o) {
  if (o.row_width < 1 || o.inputs % o.row_width != 0)
    throw_value_error("Vae", std::to_string(o.inputs) + " inputs in rows of " + std::to_string(o.row_width),
                      "an autoregressive part needs images of whole rows");
  return {.height = o.inputs / o.row_width,
          .width = o.row_width,
          .reach = o.reach,
          .features = o.features,
          .hidden = o.autoregressive,
          .activation = o.activation};
}

}  // namespace

struct Vae::Encoder : nn::Module {
  Encoder(nn::Module& parent, const VaeOptions& o) : Module(parent, "encoder"), hidden(*this, "hidden") {
    const Index width = add_hidden_layers(hidden, o.inputs, o.encoder, o.activation);
    mu = std::make_unique<nn::Linear>(*this, "mu", width, o.latent);
    log_var = std::make_unique<nn::Linear>(*this, "log_var", width, o.latent);
  }

  nn::Sequential hidden;
  std::unique_ptr<nn::Linear> mu, log_var;
};

struct Vae::Decoder : nn::Module {
  Decoder(nn::Module& parent, const VaeOptions& o) : Module(parent, "decoder"), layers(*this, "layers") {
    const Index width = add_hidden_layers(layers, o.latent, o.decoder, o.activation);
    layers.add<nn::Linear>(width, o.inputs);
    if (!o.autoregressive.empty())
      features = std::make_unique<nn::Linear>(*this, "features", width, o.inputs * o.features);
  }
  Tensor hidden(Tensor z) {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) z = layers[i](std::move(z));
    return z;
  }
  nn::Linear& output() { return dynamic_cast<nn::Linear&>(layers[layers.size() - 1]); }

  nn::Sequential layers;
  std::unique_ptr<nn::Linear> features;  // for the autoregressive part
};

/// The pseudo-inputs are kept as logits, so that their pixels stay in [0, 1].
struct Vae::VampPrior : nn::Module {
  VampPrior(nn::Module& parent, const VaeOptions& o)
      : Module(parent, "prior"), logits(parameter("pseudo_inputs", randn({o.pseudo_inputs, o.inputs}))) {}

  nn::Parameter logits;
};

double VaeOptions::weight_count() const {
  double count = count_weights(inputs, encoder, 2 * latent) + count_weights(latent, decoder, inputs) +
                 count_weights(pseudo_inputs, {}, inputs);
  if (!autoregressive.empty())
    count += count_weights(neighbour_options(*this).neighbours(), autoregressive, 1) +
             count_weights(decoder.empty() ? latent : decoder.back(), {}, inputs) * static_cast<double>(features);
  return count;
}

Vae::Vae(const VaeOptions& options)
    : options_(checked(options)),
      encoder_(std::make_unique<Encoder>(*this, options)),
      decoder_(std::make_unique<Decoder>(*this, options)),
      vamp_prior_(options.pseudo_inputs > 0 ? std::make_unique<VampPrior>(*this, options) : nullptr),
      neighbours_(options.autoregressive.empty()
                      ? nullptr
                      : std::make_unique<CausalNeighbours>(*this, "neighbours", neighbour_options(options))) {}
Vae::~Vae() = default;

Vae::Posterior Vae::encode(const Tensor& x) {
  const Tensor h = encoder_->hidden(x);
  return {(*encoder_->mu)(h), (*encoder_->log_var)(h)};
}

Tensor Vae::decode(const Tensor& z) { return decoder_->layers(z); }

std::function<Tensor(const Tensor& z)> Vae::logits_given(const Tensor& x) {
  if (!neighbours_) return [this](const Tensor& z) { return decode(z); };
  return [this, view = neighbours_->look(x)](const Tensor& z) {
    const Tensor h = decoder_->hidden(z);
    return neighbours_->add_to(decoder_->output()(h), view, (*decoder_->features)(h));
  };
}

Tensor Vae::logits(const Tensor& x, const Tensor& z) { return logits_given(x)(z); }

Tensor Vae::Elbo::loss(double beta) const { return reconstruction + kl * beta; }

Vae::Elbo Vae::elbo(const Tensor& x, const Tensor& noise) {
  const auto [mu, log_var] = encode(x);
  const Tensor z = reparameterize(mu, log_var, noise);
  const auto n = static_cast<double>(x.dim(0));
  const Tensor reconstruction = -sum(bernoulli_log_likelihood(logits(x, z), x)) / n;
  if (!vamp_prior_) return {reconstruction, gaussian_kl(mu, log_var)};
  return {reconstruction, mean(gaussian_log_density(z, mu, log_var) - log_prior(z))};
}

Vae::Elbo Vae::elbo(const Tensor& x, Generator& generator) {
  return elbo(x, randn({x.dim(0), options_.latent}, x.dtype(), generator));
}

// The squared distances are expanded, which makes them two matrix products:
//     log q(z | u_c) = -1/2 sum_j (log 2 pi + log_var_cj + (z_j - mu_cj)^2 / var_cj)
Tensor Vae::log_prior(const Tensor& z) {
  if (!vamp_prior_) return standard_normal_log_density(z);
  const double log_2_pi = std::log(2 * std::numbers::pi);
  const auto [mu, log_var] = encode(sigmoid(vamp_prior_->logits));
  const Tensor precision = exp(-log_var);
  const Tensor constant = sum(square(mu) * precision + log_var + log_2_pi, {1});
  const Tensor component = linear(square(z), precision * -0.5, constant * -0.5) + linear(z, mu * precision);
  return logsumexp(component) - std::log(static_cast<double>(options_.pseudo_inputs));
}

Tensor Vae::sample_prior(Index n, Generator& generator) {
  const NoGrad no_grad;
  if (!vamp_prior_) return randn({n, options_.latent}, decoder_->output().bias.dtype(), generator);
  Tensor component({n}, DType::int64);
  const auto components = static_cast<std::uint64_t>(options_.pseudo_inputs);
  for (Index i = 0; i < n; ++i)
    component.mutable_data<std::int64_t>()[i] = static_cast<std::int64_t>(generator.below(components));
  const auto [mu, log_var] = encode(sigmoid(gather_rows(vamp_prior_->logits, component)));
  return reparameterize(mu, log_var, generator);
}

void Vae::start_from(const Tensor& images) {
  const char* const op = "Vae::start_from";
  require(images.rank() == 2 && images.dim(0) >= 1 && images.dim(1) == options_.inputs, op,
          "images are [n, " + std::to_string(options_.inputs) + "], n at least 1", {{"images", images}});
  require(images.dim(0) >= options_.pseudo_inputs, op,
          "there is an image for each of the " + std::to_string(options_.pseudo_inputs) + " pseudo-inputs",
          {{"images", images}});
  const NoGrad no_grad;
  const auto logit = [](const Tensor& p) { return log(p) - log1p(-p); };
  decoder_->output().bias.copy_(logit(clamp(mean(images, {0}), 0.001, 0.999)));
  if (vamp_prior_) vamp_prior_->logits.copy_(logit(clamp(images.rows(0, options_.pseudo_inputs), 0.05, 0.95)));
}

Vae::Drawn Vae::pixel_by_pixel(const Tensor& z, Generator& generator) {
  const Tensor h = decoder_->hidden(z), features = (*decoder_->features)(h);
  Tensor logits = decoder_->output()(h);
  Drawn images{zeros_like(logits), zeros_like(logits)};
  dispatch(logits.dtype(), [&]<class T>(T) {
    T* const logit = logits.mutable_data<T>();
    for (Index i = 0; i < options_.inputs; ++i) {
      const CausalNeighbours::View view = neighbours_->look(images.pixel, i);
      if (view.places.size() > 0) {
        const Tensor g = neighbours_->at_places(view, features);
        for (Index k = 0; k < g.size(); ++k) logit[view.places.data<std::int64_t>()[k]] += g.data<T>()[k];
      }
      for (Index place = i; place < logits.size(); place += options_.inputs) {
        const double p = 1 / (1 + std::exp(-static_cast<double>(logit[place])));
        images.probability.mutable_data<T>()[place] = static_cast<T>(p);
        images.pixel.mutable_data<T>()[place] = generator.uniform() < p ? T(1) : T(0);
      }
    }
  });
  return images;
}

Vae::Drawn Vae::draw(const Tensor& z, Generator& generator) {
  const NoGrad no_grad;
  if (neighbours_) return pixel_by_pixel(z, generator);
  const Tensor probability = sigmoid(decode(z));
  return {probability, bernoulli(probability, generator)};
}

Tensor Vae::probabilities(const Tensor& z, Index draws) {
  const NoGrad no_grad;
  if (!neighbours_) return sigmoid(decode(z));
  if (draws < 1) throw_value_error("Vae::probabilities", std::to_string(draws) + " draws", "there is at least 1");
  const Index n = z.dim(0);
  Generator generator(1);
  const Tensor repeated = reshape(broadcast_to(z, {draws, n, z.dim(1)}), {draws * n, z.dim(1)});
  return mean(reshape(pixel_by_pixel(repeated, generator).probability, {draws, n, options_.inputs}), {0});
}

Tensor Vae::sample(Index n, Generator& generator) {
  const NoGrad no_grad;
  const Tensor z = sample_prior(n, generator);
  return neighbours_ ? draw(z, generator).probability : sigmoid(decode(z));
}

Tensor Vae::reconstruct(const Tensor& x) {
  const NoGrad no_grad;
  return probabilities(encode(x).mu);
}

Architecture Vae::architecture() const {
  return {{"model", "vae"},
          {"inputs", std::to_string(options_.inputs)},
          {"encoder", to_text(options_.encoder)},
          {"decoder", to_text(options_.decoder)},
          {"latent", std::to_string(options_.latent)},
          {"activation", std::string(nn::name_of(options_.activation))},
          {"pseudo_inputs", std::to_string(options_.pseudo_inputs)},
          {"autoregressive", to_text(options_.autoregressive)},
          {"reach", std::to_string(options_.reach)},
          {"features", std::to_string(options_.features)},
          {"row_width", std::to_string(options_.row_width)}};
}

VaeOptions Vae::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "vae");
  return {.inputs = reader.extent("inputs"),
          .encoder = reader.extents("encoder"),
          .decoder = reader.extents("decoder"),
          .latent = reader.extent("latent"),
          .activation = nn::activation_named(reader.text("activation")),
          .pseudo_inputs = reader.count("pseudo_inputs"),
          .autoregressive = reader.extents("autoregressive"),
          .reach = reader.extent("reach"),
          .features = reader.extent("features"),
          .row_width = reader.extent("row_width")};
}

}  // namespace tandem::models
