#pragma once

#include "models/vae.h"

namespace tandem::models {

struct RegretOptions {
  int steps = 100;  ///< of Adam, for each image's own posterior
  double lr = 0.05;
  Index samples = 8;  ///< draws of z for each bound; the same draws for both
  std::uint64_t seed = 1;
};

/// Likelihood regret: how much better an image could have been explained than the encoder explains it,
///
///     LR(x) = max over q of ELBO(x; q) - ELBO(x; q(z | x)),   q = N(mu, diag exp(log_var))
///
/// in nats. The likelihood itself favours simple images, whatever the model was trained on; both terms share this bias,
/// and it cancels. What is left is how strange the image is to the encoder: small for images like those of the training
/// set. Each image has its own mu and log_var, which start at the encoder's and follow gradients through the decoder;
/// the weights stay fixed. The regret of an image does not depend on the other images, only on its place among them and
/// on their number, which decide its draws.
///
/// @param x  [n, d]; pixels must be 0 or 1 for the bound to be that of a probability
/// @return   n numbers; below 0 only by as much as the draws scatter
/// @throws ValueError if steps or samples is below 1, or lr is no number >= 0; ShapeError if d is not the model's
/// Source: Xiao, Yan, Amit 2020, arXiv:2003.02977, equation 7, optimising the posterior, not the encoder's
/// weights.
std::vector<double> likelihood_regret(Vae& model, const Tensor& x, const RegretOptions& options = {});

}  // namespace tandem::models
