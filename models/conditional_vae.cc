#include "models/conditional_vae.h"

#include <algorithm>
#include <cmath>

#include "autograd/create.h"
#include "autograd/graph.h"
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
#include "models/hidden_layers.h"
#include "models/log_mean_exp.h"
#include "nn/linear.h"
#include "nn/sequential.h"

namespace tandem::models {

/// The hidden layers of encoder and decoder. The first one is Linear on [x, one_hot(y)], its weights kept in two
/// parts: the product with the one-hot vector is a row of `label`, and that with x serves all labels.
struct ConditionalVae::Stack : nn::Module {
  Stack(nn::Module& parent, Index in, Index classes, const std::vector<Index>& widths, nn::Activation activation)
      : Module(parent, "hidden"),
        bound(1 / std::sqrt(static_cast<double>(in + classes))),
        weight(parameter("weight", uniform({widths.front(), in}, -bound, bound))),
        label(parameter("label", uniform({classes, widths.front()}, -bound, bound))),
        bias(parameter("bias", uniform({widths.front()}, -bound, bound))),
        rest(*this, "rest") {
    const Index out = widths.front();
    rest.add<nn::ActivationLayer>(activation);
    add_hidden_layers(rest, out, std::span(widths).subspan(1), activation);
  }

  /// x [..., n, in], labels [n] -> [..., n, width of the last layer]
  Tensor operator()(const Tensor& x, const Tensor& labels) {
    return rest(linear(x, weight, bias) + gather_rows(label, labels));
  }
  /// For every label: x [n, in] or [..., classes, n, in] -> [..., classes, n, width]
  Tensor for_all_labels(const Tensor& x) {
    return rest(linear(x, weight, bias) + reshape(label, {label.dim(0), 1, label.dim(1)}));
  }

  double bound;  ///< of the initial weights: Linear's for the joined input
  nn::Parameter weight, label, bias;
  nn::Sequential rest;
};

struct ConditionalVae::Encoder : nn::Module {
  Encoder(nn::Module& parent, const ConditionalVaeOptions& o)
      : Module(parent, "encoder"),
        hidden(*this, o.inputs, o.classes, o.encoder, o.activation),
        mu(*this, "mu", o.encoder.back(), o.latent),
        log_var(*this, "log_var", o.encoder.back(), o.latent) {}
  Vae::Posterior posterior(const Tensor& h) { return {mu(h), log_var(h)}; }

  Stack hidden;
  nn::Linear mu, log_var;
};

struct ConditionalVae::Decoder : nn::Module {
  Decoder(nn::Module& parent, const ConditionalVaeOptions& o)
      : Module(parent, "decoder"),
        hidden(*this, o.latent, o.classes, o.decoder, o.activation),
        output(*this, "output", o.decoder.back(), o.decoded_numbers()) {}

  Stack hidden;
  nn::Linear output;
};

namespace {

const ConditionalVaeOptions& checked(const ConditionalVaeOptions& options) {
  if (options.encoder.empty() || options.decoder.empty())
    throw_value_error("ConditionalVae", "the encoder or the decoder has no hidden layer",
                      "the label enters the first one, so each has at least one");
  std::vector<Index> extents = {options.inputs, options.classes, options.latent};
  extents.insert(extents.end(), options.encoder.begin(), options.encoder.end());
  extents.insert(extents.end(), options.decoder.begin(), options.decoder.end());
  if (std::ranges::min(extents) < 1)
    throw_value_error("ConditionalVae", "an extent is " + std::to_string(std::ranges::min(extents)),
                      "inputs, classes, latent and the widths of the layers are at least 1");
  return options;
}

}  // namespace

Index ConditionalVaeOptions::decoded_numbers() const {
  return observation == Observation::gaussian ? 2 * inputs : inputs;
}

double ConditionalVaeOptions::weight_count() const {  // the one-hot label is an input beside the pixels, or the latents
  return count_weights(inputs + classes, encoder, 2 * latent) +
         count_weights(latent + classes, decoder, decoded_numbers());
}

ConditionalVae::ConditionalVae(const ConditionalVaeOptions& options) : options_(checked(options)) { build(); }

ConditionalVae::ConditionalVae(nn::Module& parent, std::string name, const ConditionalVaeOptions& options)
    : Module(parent, std::move(name)), options_(checked(options)) {
  build();
}

void ConditionalVae::build() {
  encoder_ = std::make_unique<Encoder>(*this, options_);
  decoder_ = std::make_unique<Decoder>(*this, options_);
  log_prior_ = buffer("log_prior", full({options_.classes}, -std::log(static_cast<double>(options_.classes))));
}

ConditionalVae::~ConditionalVae() = default;

Vae::Posterior ConditionalVae::encode(const Tensor& x, const Tensor& labels) {
  return encoder_->posterior(encoder_->hidden(x, labels));
}

Tensor ConditionalVae::decode(const Tensor& z, const Tensor& labels) {
  return decoder_->output(decoder_->hidden(z, labels));
}

Tensor ConditionalVae::log_conditional(const Tensor& decoded, const Tensor& x) const {
  if (options_.observation == Observation::bernoulli) return bernoulli_log_likelihood(decoded, x);
  const Index d = options_.inputs;
  return gaussian_log_density(x, slice(decoded, -1, 0, d), slice(decoded, -1, d, 2 * d));
}

Tensor ConditionalVae::expected(const Tensor& decoded) const {
  return options_.observation == Observation::bernoulli ? sigmoid(decoded) : slice(decoded, -1, 0, options_.inputs);
}

Vae::Elbo ConditionalVae::elbo(const Tensor& x, const Tensor& labels, const Tensor& noise) {
  const auto [mu, log_var] = encode(x, labels);
  const Tensor decoded = decode(reparameterize(mu, log_var, noise), labels);
  return {-mean(log_conditional(decoded, x)), gaussian_kl(mu, log_var)};
}

Tensor ConditionalVae::bound(const Tensor& x, const Tensor& labels, const Tensor& noise) {
  const auto [mu, log_var] = encode(x, labels);
  const Tensor decoded = decode(reparameterize(mu, log_var, noise), labels);
  return log_conditional(decoded, x) - gaussian_kl(mu, log_var, Reduction::none);
}

Vae::Elbo ConditionalVae::elbo(const Tensor& x, const Tensor& labels, Generator& generator) {
  return elbo(x, labels, randn({x.dim(0), options_.latent}, x.dtype(), generator));
}

Tensor ConditionalVae::sample(const Tensor& labels, Generator& generator) {
  const NoGrad no_grad;
  return expected(decode(randn({labels.dim(0), options_.latent}, log_prior_.dtype(), generator), labels));
}

Tensor ConditionalVae::reconstruct(const Tensor& x, const Tensor& labels) {
  const NoGrad no_grad;
  return expected(decode(encode(x, labels).mu, labels));
}

// ---- p(y) and the Bayes classifier ------------------------------------------------------------------------

void ConditionalVae::set_prior(const Tensor& probabilities) {
  require(probabilities.shape() == log_prior_.shape(), "set_prior", "there is one probability for each class",
          {{"probabilities", probabilities}, {"log_prior", log_prior_}});
  const std::vector<double> shares = probabilities.to_vector<double>();
  double total = 0;
  for (const double share : shares) {
    if (!(share >= 0)) throw_value_error("set_prior", "a probability is " + to_text(share), "they are >= 0");
    total += share;
  }
  if (!(total > 0 && std::isfinite(total)))
    throw_value_error("set_prior", "the probabilities add up to " + to_text(total), "a finite number above 0");
  log_prior_.copy_(log(tensor(shares, log_prior_.shape()) / total).to(log_prior_.dtype()));
}

void ConditionalVae::set_prior_from_labels(const Tensor& labels) {
  set_prior(sum(one_hot(labels, options_.classes, DType::float64), {0}));
}

Tensor ConditionalVae::log_evidence(const Tensor& x, Index samples, Generator& generator, EvidenceEstimator estimator) {
  require(x.rank() == 2 && x.dim(1) == options_.inputs, "ConditionalVae::log_evidence",
          "x is [n, " + std::to_string(options_.inputs) + "]", {{"x", x}});
  if (samples < 1)
    throw_value_error("ConditionalVae::log_evidence", std::to_string(samples) + " samples", "there is at least 1");
  const NoGrad no_grad;
  constexpr Index rows_at_once = 2000, draws_at_once = 8;  // rows of pixels in memory at a time
  const Index draws = std::min(samples, draws_at_once);
  const Index images = std::max<Index>(1, rows_at_once / (draws * options_.classes));
  std::vector<Tensor> results;
  for (Index begin = 0; begin < x.dim(0); begin += images)
    results.push_back(
        block_evidence(x.rows(begin, std::min(begin + images, x.dim(0))), samples, draws, generator, estimator));
  return results.empty() ? zeros({0, options_.classes}, x.dtype()) : concat(results);
}

// Shapes: k draws at a time, c classes, n images, z latents; the draws are shared by the classes.
Tensor ConditionalVae::block_evidence(const Tensor& x, Index samples, Index draws, Generator& generator,
                                      EvidenceEstimator estimator) {
  const Index n = x.dim(0), c = options_.classes, z = options_.latent;
  const auto [mu, log_var] = encoder_->posterior(encoder_->hidden.for_all_labels(x));  // [c, n, z]
  const Tensor deviation = exp(log_var * 0.5);
  LogMeanExp terms(c * n);
  for (Index done = 0; done < samples; done += draws) {
    const Index k = std::min(draws, samples - done);
    const Tensor noise = randn({k, 1, n, z}, x.dtype(), generator);
    const Tensor latent = mu + deviation * noise;  // [k, c, n, z]
    const Tensor decoded = decoder_->output(decoder_->hidden.for_all_labels(latent));
    const Tensor log_p = log_conditional(decoded, x);  // [k, c, n]
    if (estimator == EvidenceEstimator::elbo) terms.add(log_p);
    else  // log p(z) - log q(z | x, y), in which the constants cancel
      terms.add(log_p + (sum(square(noise) - square(latent), {-1}) + sum(log_var, {-1})) * 0.5);
  }
  if (estimator == EvidenceEstimator::importance) return transpose(tensor(terms.log_mean_exp(), {c, n}, x.dtype()));
  const Tensor kl = gaussian_kl(reshape(mu, {c * n, z}), reshape(log_var, {c * n, z}), Reduction::none);
  return transpose(tensor(terms.mean(), {c, n}, x.dtype()) - reshape(kl, {c, n}));
}

Tensor ConditionalVae::classify(const Tensor& x, Index samples, Generator& generator, EvidenceEstimator estimator) {
  return log_evidence(x, samples, generator, estimator) + log_prior_;
}

// ---- files ------------------------------------------------------------------------------------------------

Architecture ConditionalVae::architecture() const {
  return {{"model", "conditional_vae"},
          {"inputs", std::to_string(options_.inputs)},
          {"classes", std::to_string(options_.classes)},
          {"encoder", to_text(options_.encoder)},
          {"decoder", to_text(options_.decoder)},
          {"latent", std::to_string(options_.latent)},
          {"activation", std::string(nn::name_of(options_.activation))},
          {"observation", options_.observation == Observation::gaussian ? "gaussian" : "bernoulli"}};
}

namespace {

Observation observation_named(const std::string& name) {
  if (name == "bernoulli") return Observation::bernoulli;
  if (name == "gaussian") return Observation::gaussian;
  throw_value_error("ConditionalVae", "observation \"" + name + "\"", "bernoulli or gaussian");
}

}  // namespace

ConditionalVaeOptions ConditionalVae::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "conditional_vae");
  return {.inputs = reader.extent("inputs"),
          .classes = reader.extent("classes"),
          .encoder = reader.extents("encoder"),
          .decoder = reader.extents("decoder"),
          .latent = reader.extent("latent"),
          .activation = nn::activation_named(reader.text("activation")),
          .observation = observation_named(reader.text("observation"))};
}

}  // namespace tandem::models
