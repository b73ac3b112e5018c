#pragma once

#include <functional>
#include <memory>

#include "autograd/random.h"
#include "models/architecture.h"
#include "nn/activation.h"

namespace tandem::models {

class CausalNeighbours;

/// What a Vae is built from.
struct VaeOptions {
  Index inputs = 784;
  std::vector<Index> encoder = {400};
  std::vector<Index> decoder = {400};
  Index latent = 20;
  nn::Activation activation = nn::Activation::relu;
  Index pseudo_inputs = 0;  ///< of the VampPrior; with none the prior is N(0, I)
  /// Widths of the network through which a pixel sees the pixels before it, see CausalNeighbours; with none, pixels are
  /// independent given z. `reach`, `features` and `row_width` are options of this network.
  std::vector<Index> autoregressive = {};
  Index reach = 3;
  Index features = 2;    ///< that the decoder tells it about each pixel
  Index row_width = 28;  ///< pixels in a row of an image

  /// Number of weights in the layers, without biases, and of pixels in the pseudo-inputs. Floating, since a model file
  /// may claim any extents.
  /// @throws ValueError with an autoregressive part, if row_width is below 1 or does not divide inputs, or the reach is
  ///         not 1 to 64
  double weight_count() const;
};

/// A variational autoencoder with a Bernoulli decoder: the generative model, p(x) = E_p(z) p(x | z).
///
/// The prior p(z) is N(0, I) or, with C pseudo-inputs u_c, which are learned images, the VampPrior:
///
///     p(z) = 1/C sum_c q(z | u_c)
///
/// Given z, the pixels are independent or, with an autoregressive part g, each also depends on those before it:
///
///     p(x | z) = prod_i p(x_i | x_<i, z),   logit of p(x_i = 1 | x_<i, z) = f_i(z) + g_i(x_<i, t_i(z))
///
/// where f and the features t are outputs of the decoder. Then g continues strokes, and z need only say which strokes.
/// Pixels should be 0 or 1 for g.
/// Sources: Kingma & Welling 2013, arXiv:1312.6114; Tomczak & Welling 2018, arXiv:1705.07120, equation 9; Gulrajani
/// et al. 2016, arXiv:1611.05013, section 3, for p(x_i | x_<i, z), and Chen et al. 2016, arXiv:1611.02731, section
/// 2.2, for why g must not see far: where it could model the image alone, z would be left unused.
class Vae final : public nn::Module {
 public:
  /// @throws ValueError if inputs, latent, a width, reach, features or row_width is below 1, or pseudo_inputs below 0;
  ///         with an autoregressive part also if the reach is above 64, or inputs is no multiple of row_width
  explicit Vae(const VaeOptions& options = {});
  ~Vae() override;

  /// q(z | x) = N(mu, diag exp(log_var)); both [n, z].
  struct Posterior {
    Tensor mu, log_var;
  };
  /// x [n, inputs], each in [0, 1].  @throws ShapeError for another width
  Posterior encode(const Tensor& x);
  /// f(z): logits of the pixels' probabilities, p(x | z), without what an autoregressive part adds.
  /// z [..., z] -> [..., inputs].  @throws ShapeError for another width
  Tensor decode(const Tensor& z);
  /// Logits of p(x_i = 1 | x_<i, z): f(z) and what an autoregressive part, which sees x, adds.
  /// x [n, inputs], z [n, z] -> [n, inputs]
  Tensor logits(const Tensor& x, const Tensor& z);
  /// The same as a function of z: what depends on x alone is computed only once.
  std::function<Tensor(const Tensor& z)> logits_given(const Tensor& x);
  bool is_autoregressive() const { return neighbours_ != nullptr; }

  /// The two terms of the negative evidence lower bound, nats per image averaged over the batch:
  ///
  ///     -ELBO = reconstruction + beta kl
  ///     reconstruction = -E_q(z|x) log p(x | z),   one draw of z for each image
  ///     kl = KL(q(z | x) || p(z)),   for the VampPrior estimated from the same draw
  ///
  /// For grey pixels the reconstruction term is the cross-entropy with the pixel's value; it is minus the logarithm
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

  /// Sets the decoder's output biases to the logits of the mean image, clamped to [0.001, 0.999], so that training need
  /// not find them first; and the pseudo-inputs of a VampPrior to the first images, clamped to [0.05, 0.95].
  /// @param images  [n, inputs], some of the training images
  /// @throws ShapeError for images of another width, for none, and for fewer than there are pseudo-inputs
  /// Source of the bias: Burda et al. 2015, arXiv:1509.00519, section 5.
  void start_from(const Tensor& images);

  /// Images drawn from p(x | z), one for each row of z; both [n, inputs].
  struct Drawn {
    Tensor probability;  ///< of each pixel; with an autoregressive part, given the pixels drawn before it
    Tensor pixel;        ///< 0 or 1
  };
  Drawn draw(const Tensor& z, Generator& generator = default_generator());
  /// p(x_i = 1 | z): the mean image, which shows what z holds. With an autoregressive part it is the mean over `draws`
  /// draws of the pixels before each one. Their seed is fixed: the same rows of z give the same images.
  /// z [n, z] -> [n, inputs]
  /// @throws ValueError if draws < 1 and there is an autoregressive part
  Tensor probabilities(const Tensor& z, Index draws = 16);

  /// Probabilities of the pixels of n new images. z is drawn from the prior; with an autoregressive part, the pixels
  /// before each one are drawn too.  [n, inputs]
  Tensor sample(Index n, Generator& generator = default_generator());
  /// probabilities() at the mean of q(z | x): x is used only through the encoder.  [n, inputs]
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
  Drawn pixel_by_pixel(const Tensor& z, Generator& generator);
  VaeOptions options_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<VampPrior> vamp_prior_;
  std::unique_ptr<CausalNeighbours> neighbours_;
};

}  // namespace tandem::models
