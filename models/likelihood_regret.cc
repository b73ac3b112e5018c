#include "models/likelihood_regret.h"

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/likelihood.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "nn/optim/adam.h"

namespace tandem::models {
namespace {

/// -ELBO of each image for a given posterior and draw.  x [n, d], posterior and noise [n, z] -> [n]
Tensor negative_elbo(Vae& model, const Tensor& x, const Vae::Posterior& q, const Tensor& noise) {
  const Tensor z = reparameterize(q.mu, q.log_var, noise);
  const Tensor reconstruction = -bernoulli_log_likelihood(model.logits(x, z), x);
  if (model.options().pseudo_inputs == 0) return reconstruction + gaussian_kl(q.mu, q.log_var, Reduction::none);
  return reconstruction + gaussian_log_density(z, q.mu, q.log_var) - model.log_prior(z);
}

/// The mean over draws that are the same at every call.
Tensor mean_negative_elbo(Vae& model, const Tensor& x, const Vae::Posterior& q, const RegretOptions& options) {
  const NoGrad no_grad;
  Generator generator(options.seed);
  Tensor total = zeros({x.dim(0)}, DType::float64);
  for (Index i = 0; i < options.samples; ++i)
    total.add_(negative_elbo(model, x, q, randn(q.mu.shape(), q.mu.dtype(), generator)).to(DType::float64));
  return total / static_cast<double>(options.samples);
}

std::vector<double> regret_of_block(Vae& model, const Tensor& x, const RegretOptions& options) {
  const GradMode recording(true);  // even if the caller has turned it off
  Vae::Posterior first;
  {
    const NoGrad no_grad;
    first = model.encode(x);
  }
  Vae::Posterior own{first.mu.clone().requires_grad_(), first.log_var.clone().requires_grad_()};
  optim::Adam optimizer({own.mu, own.log_var}, {.lr = options.lr});
  Generator generator(options.seed + 1);
  for (int step = 0; step < options.steps; ++step) {
    const Tensor noise = randn(own.mu.shape(), own.mu.dtype(), generator);
    const std::vector<Tensor> gradients = grad(sum(negative_elbo(model, x, own, noise)), {own.mu, own.log_var});
    own.mu.set_grad(gradients[0]);
    own.log_var.set_grad(gradients[1]);
    optimizer.step();
  }
  return (mean_negative_elbo(model, x, first, options) - mean_negative_elbo(model, x, own, options))
      .to_vector<double>();
}

}  // namespace

std::vector<double> likelihood_regret(Vae& model, const Tensor& x, const RegretOptions& options) {
  if (options.steps < 1 || options.samples < 1)
    throw_value_error("likelihood_regret", "no step or no sample", "at least one of each");
  constexpr Index block = 500;  // images at a time, so that memory stays bounded
  std::vector<double> regret;
  for (Index begin = 0; begin < x.dim(0); begin += block) {
    const auto part = regret_of_block(model, x.rows(begin, std::min(begin + block, x.dim(0))), options);
    regret.insert(regret.end(), part.begin(), part.end());
  }
  return regret;
}

}  // namespace tandem::models
