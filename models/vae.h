#pragma once

#include <memory>

#include "autograd/random.h"
#include "models/architecture.h"
#include "nn/activation.h"

namespace tandem::models {

/// A variational autoencoder with a Bernoulli decoder: the generative model, p(x) = E_p(z) p(x | z).
struct VaeOptions {
  Index inputs = 784;
  std::vector<Index> encoder = {400};
  std::vector<Index> decoder = {400};
  Index latent = 20;
  nn::Activation activation = nn::Activation::relu;
  Index pseudo_inputs = 0;  ///< of the VampPrior; with none the prior is N(0, I)

  /// Widths of the layers, from the pixels through the latents and back.
  std::vector<Index> widths() const;
};

/// The prior p(z) is N(0, I) or, with C pseudo-inputs u_c, images that are learned, the VampPrior:
///
///     p(z) = 1/C sum_c q(z | u_c)
///
/// Sources: Kingma & Welling 2013, arXiv:1312.6114; Tomczak & Welling 2018, arXiv:1705.07120, equation 9.
class Vae : public nn::Module {
 public:
  explicit Vae(const VaeOptions& options = {});
  ~Vae() override;

  /// q(z | x) = N(mu, diag exp(log_var)); both [n, z].
  struct Posterior {
    Tensor mu, log_var;
  };
  /// x [n, inputs], each in [0, 1].
  Posterior encode(const Tensor& x);
  /// Logits of the pixels' probabilities, p(x | z).  z [n, z] -> [n, inputs].
  Tensor decode(const Tensor& z);

  /// The two terms of the negative evidence lower bound, nats per image averaged over the batch:
  ///
  ///     -ELBO = reconstruction + beta kl
  ///     reconstruction = -E_q(z|x) log p(x | z),   one draw of z for each image
  ///     kl = KL(q(z | x) || p(z)),   for the VampPrior by the same draw
  ///
  /// For grey pixels the reconstruction term is the cross-entropy with the pixel's value; it is the logarithm
  /// of a probability only where pixels are 0 or 1.
  /// Source: arXiv:1312.6114, equation 10; beta: Higgins et al. 2017 (ICLR).
  struct Elbo {
    Tensor reconstruction, kl;
    Tensor loss(double beta = 1) const;
  };
  Elbo elbo(const Tensor& x, Generator& generator = default_generator());
  /// The same with given noise, a draw from N(0, I) [n, z].
  Elbo elbo(const Tensor& x, const Tensor& noise);

  /// log p(z) under the prior, nats.  z [..., z] -> [...]
  Tensor log_prior(const Tensor& z);
  /// n draws from the prior.  [n, z]
  Tensor sample_prior(Index n, Generator& generator = default_generator());

  /// Starts the biases of the pixels at the logits of the mean image, kept within 0.001 and 0.999, so that
  /// training need not begin with finding them; and the pseudo-inputs of a VampPrior at the first images.
  /// @param images  [n, inputs], some of those to train on
  /// @throws ShapeError if there are fewer than pseudo-inputs
  /// Source of the bias: Burda et al. 2015, arXiv:1509.00519, section 5.
  void start_from(const Tensor& images);

  /// Probabilities of the pixels of n new images, z drawn from the prior.  [n, inputs]
  Tensor sample(Index n, Generator& generator = default_generator());
  /// Probabilities of the pixels at the mean of q(z | x).  [n, inputs]
  Tensor reconstruct(const Tensor& x);

  const VaeOptions& options() const { return options_; }
  Architecture architecture() const;
  /// @throws ValueError if it describes no VAE
  static VaeOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "Vae"; }

 private:
  struct Encoder;
  struct Decoder;
  struct VampPrior;
  VaeOptions options_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<VampPrior> vamp_prior_;
};

}  // namespace tandem::models
