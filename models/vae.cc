#include "models/vae.h"

#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/noise.h"
#include "nn/linear.h"
#include "nn/sequential.h"

namespace tandem::models {

namespace {

/// Fills a stack with Linear layers, an activation after each; returns the width that comes out.
Index build_hidden(nn::Sequential& stack, Index in, const std::vector<Index>& widths, nn::Activation activation) {
  for (const Index width : widths) {
    stack.add<nn::Linear>(in, width).add<nn::ActivationLayer>(activation);
    in = width;
  }
  return in;
}

}  // namespace

struct Vae::Encoder : nn::Module {
  Encoder(nn::Module& parent, const VaeOptions& o) : Module(parent, "encoder"), hidden(*this, "hidden") {
    const Index width = build_hidden(hidden, o.inputs, o.encoder, o.activation);
    mu = std::make_unique<nn::Linear>(*this, "mu", width, o.latent);
    log_var = std::make_unique<nn::Linear>(*this, "log_var", width, o.latent);
  }

  nn::Sequential hidden;
  std::unique_ptr<nn::Linear> mu, log_var;
};

struct Vae::Decoder : nn::Module {
  Decoder(nn::Module& parent, const VaeOptions& o) : Module(parent, "decoder"), layers(*this, "layers") {
    layers.add<nn::Linear>(build_hidden(layers, o.latent, o.decoder, o.activation), o.inputs);
  }

  nn::Sequential layers;
};

std::vector<Index> VaeOptions::widths() const {
  std::vector<Index> all = {inputs};
  all.insert(all.end(), encoder.begin(), encoder.end());
  all.push_back(latent);
  all.insert(all.end(), decoder.begin(), decoder.end());
  all.push_back(inputs);
  return all;
}

Vae::Vae(const VaeOptions& options)
    : options_(options),
      encoder_(std::make_unique<Encoder>(*this, options)),
      decoder_(std::make_unique<Decoder>(*this, options)) {}
Vae::~Vae() = default;

Vae::Posterior Vae::encode(const Tensor& x) {
  const Tensor h = encoder_->hidden(x);
  return {(*encoder_->mu)(h), (*encoder_->log_var)(h)};
}

Tensor Vae::decode(const Tensor& z) { return decoder_->layers(z); }

Tensor Vae::Elbo::loss(double beta) const { return reconstruction + kl * beta; }

Vae::Elbo Vae::elbo(const Tensor& x, const Tensor& noise) {
  const auto [mu, log_var] = encode(x);
  const Tensor logits = decode(reparameterize(mu, log_var, noise));
  const auto n = static_cast<double>(x.dim(0));
  return {bce_with_logits(logits, x, Reduction::sum) / n, gaussian_kl(mu, log_var)};
}

Vae::Elbo Vae::elbo(const Tensor& x, Generator& generator) {
  return elbo(x, randn({x.dim(0), options_.latent}, x.dtype(), generator));
}

Tensor Vae::sample(Index n, Generator& generator) {
  const NoGrad no_grad;
  return sigmoid(decode(randn({n, options_.latent}, DType::float32, generator)));
}

Tensor Vae::reconstruct(const Tensor& x) {
  const NoGrad no_grad;
  return sigmoid(decode(encode(x).mu));
}

Architecture Vae::architecture() const {
  return {{"model", "vae"},
          {"inputs", std::to_string(options_.inputs)},
          {"encoder", to_text(options_.encoder)},
          {"decoder", to_text(options_.decoder)},
          {"latent", std::to_string(options_.latent)},
          {"activation", std::string(nn::name_of(options_.activation))}};
}

VaeOptions Vae::from_architecture(const Architecture& architecture) {
  const ArchitectureReader reader(architecture, "vae");
  return {.inputs = reader.extent("inputs"),
          .encoder = reader.extents("encoder"),
          .decoder = reader.extents("decoder"),
          .latent = reader.extent("latent"),
          .activation = nn::activation_named(reader.text("activation"))};
}

}  // namespace tandem::models
