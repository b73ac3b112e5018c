#pragma once

#include <functional>

#include "models/conditional_vae.h"
#include "models/vae.h"

namespace tandem::models {

/// What importance sampling needs to know of a model with latent variables. The functions below make one of a Vae or a
/// ConditionalVae, which must outlive it.
struct LatentModel {
  /// q(z | x) = N(mu, diag exp(log_var)).  x [n, d] -> both [n, z]
  std::function<Vae::Posterior(const Tensor& x)> encode;
  /// log p(x | z).  x [n, d], z [k, n, z] -> [k, n]
  std::function<Tensor(const Tensor& x, const Tensor& z)> log_conditional;
  /// log p(z); if empty, p(z) is N(0, I).  z [k, n, z] -> [k, n]
  std::function<Tensor(const Tensor& z)> log_prior;
};
LatentModel latent_model(Vae& vae);
/// The same for these images and no others: the part of log p(x | z) that depends on x alone is computed once.
/// @throws ShapeError unless x is [n, inputs], DTypeError unless it is floating, both only for an autoregressive VAE
LatentModel latent_model(Vae& vae, const Tensor& x);
/// The model of p(x | y): the labels, int64 [n], belong to the images that its functions are then called with. Only
/// these calls throw: ValueError for a label outside [0, classes), DTypeError unless labels are int64, ShapeError if
/// their number does not fit.
LatentModel latent_model(ConditionalVae& vae, const Tensor& labels);

/// log w = log p(x | z) + log p(z) - log q(z | x) for k draws z = mu + exp(log_var / 2) noise of each image.
///
/// @param x      [n, d]
/// @param noise  [k, n, z], a draw from N(0, I)
/// @return       [k, n], nats; gradients flow to the weights of encoder, decoder and prior
/// @throws ShapeError unless noise is [k, n, z] where the model's mu is [n, z]
Tensor log_importance_weights(const LatentModel& model, const Tensor& x, const Tensor& noise);

/// The importance-weighted bound with k draws, as a loss:
///
///     -L_k = -1/n sum_i log 1/k sum_j w_ij,   log w as above
///
/// With k = 1 it is -ELBO, with the KL term estimated from the same draw of z; as k grows it falls towards -log p(x).
/// @param noise  [k, n, z], a draw from N(0, I)
/// @return       scalar, nats per image averaged over the batch
/// @throws ShapeError as log_importance_weights(), ValueError if k < 1
/// Source: Burda, Grosse, Salakhutdinov 2015, arXiv:1509.00519, equation 8.
Tensor iwae_loss(Vae& model, const Tensor& x, const Tensor& noise);
Tensor iwae_loss(Vae& model, const Tensor& x, Index k, Generator& generator = default_generator());

/// The same value, and a gradient that is the same in expectation, for a third of the arithmetic and with less noise
/// for the encoder. Since
///
///     dL_k = 1/n sum_i sum_j v_ij d log w_ij,   v_ij = w_ij / sum_l w_il,
///
/// one draw of each image, chosen with probability v_ij, stands for all k: only it is differentiated. The gradient of
/// the encoder's weights phi comes through z alone, with one more factor v_ij:
///
///     dL_k / dphi = E 1/n sum_i sum_j v_ij^2 d log w_ij / dz_ij dz_ij / dphi,   phi held constant in log q(z | x)
///
/// This gradient is 0 where q is the true posterior, and does not drown in noise as k grows.
/// @param generator  chooses the draws
/// @throws as iwae_loss()
/// Sources: Burda et al. 2015, equation 14, whose weights are taken as probabilities; for the encoder Tucker,
/// Lawson, Gu, Maddison 2019, arXiv:1810.04152, equation 8 (the doubly reparameterised gradient).
Tensor resampled_iwae_loss(Vae& model, const Tensor& x, const Tensor& noise,
                           Generator& generator = default_generator());
Tensor resampled_iwae_loss(Vae& model, const Tensor& x, Index k, Generator& generator = default_generator());

/// An estimate of log p(x), with all that must be reported beside it.
struct Likelihood {
  double log_likelihood = 0;  ///< nats per image
  double standard_error = 0;  ///< of the mean over images; NaN for a single one
  double elbo = 0;            ///< mean of log w: the bound with one sample
  Index samples = 0;          ///< importance samples for each image
  std::uint64_t seed = 0;     ///< of the draws
  std::vector<double> image;  ///< log p(x) of each image
};

struct LikelihoodOptions {
  Index samples = 5000;    ///< Burda et al.'s number
  std::uint64_t seed = 1;  ///< the result depends on it, and not on what was drawn before
};

/// Estimates log p(x) by importance sampling,
///
///     log p(x) ~ log 1/K sum_k p(x | z_k) p(z_k) / q(z_k | x),   z_k ~ q(z | x),
///
/// summed in float64. In expectation it is a lower bound for every K, and rises with K. p(x | z) must be a probability
/// of x: for a Bernoulli decoder the pixels must be 0 or 1, see data::binarize(). Memory is bounded for any n and K.
/// No graph is recorded.
/// @param model  takes any images, as latent_model(vae) does: it is called with some rows of x at a time
/// @param x      [n, d], n at least 1
/// @throws ShapeError unless x is [n, d] with n at least 1, ValueError if options.samples < 1
/// Source: Rezende, Mohamed, Wierstra 2014, arXiv:1401.4082, appendix E; Burda et al. 2015, section 5.
Likelihood log_likelihood(const LatentModel& model, const Tensor& x, const LikelihoodOptions& options = {});
Likelihood log_likelihood(Vae& model, const Tensor& x, const LikelihoodOptions& options = {});
/// log p(x | y).  labels int64 [n]
/// @throws ShapeError unless there is one label for each row of x, ValueError for a label outside [0, classes),
///         DTypeError for labels of another type
Likelihood log_likelihood(ConditionalVae& model, const Tensor& x, const Tensor& labels,
                          const LikelihoodOptions& options = {});

/// Variance over the images of the mean of q(z | x), for each latent.  x [n, d] -> float64 [z]
/// @throws ValueError if n is 0
Tensor posterior_mean_variance(Vae& model, const Tensor& x);
/// How many latents depend on the data: those with a variance above the threshold.  @throws ValueError if n is 0
/// Source: Burda et al. 2015, arXiv:1509.00519, section 5.2.
Index active_units(Vae& model, const Tensor& x, double threshold = 0.01);

}  // namespace tandem::models
