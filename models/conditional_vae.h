#pragma once

#include <memory>

#include "models/vae.h"

namespace tandem::models {

/// The distribution p(x | z, y), and so the output of the decoder.
enum class Observation {
  bernoulli,  ///< pixels are 0 or 1, independent: their logits, [..., inputs]
  gaussian,   ///< N(mu, diag exp(log_var)) for real-valued features: mu, then log_var, [..., 2 inputs]
};

/// What a ConditionalVae is built from.
struct ConditionalVaeOptions {
  Index inputs = 784;
  Index classes = 10;
  std::vector<Index> encoder = {400};  ///< widths of the hidden layers; the label enters the first
  std::vector<Index> decoder = {400};
  Index latent = 20;
  nn::Activation activation = nn::Activation::relu;
  Observation observation = Observation::bernoulli;

  /// How many numbers the decoder outputs for an image.
  Index decoded_numbers() const;
  /// Number of weights in the layers, without biases. Floating, since a model file may claim any extents.
  double weight_count() const;
};

/// How log p(x | y) is estimated from draws of z.
enum class EvidenceEstimator {
  elbo,        ///< mean of log p(x | z, y) over the draws, less KL(q(z | x, y) || p(z)): a lower bound
  importance,  ///< log of the mean of p(x | z, y) p(z) / q(z | x, y): a tighter one
};

/// A variational autoencoder conditioned on the label: a generative model of images and labels,
/// p(x, y) = p(y) p(x | y), and so, by Bayes' rule, a classifier too.
///
/// The label reaches encoder and decoder as a one-hot vector beside the pixels and beside z.
///
/// Source: Kingma, Rezende, Mohamed, Welling 2014, arXiv:1406.5298, equation 6 (model M2, all labels known);
/// the Bayes classifier is that of the code published with it.
class ConditionalVae final : public nn::Module {
 public:
  /// @throws ValueError if the encoder or the decoder has no hidden layer, or an extent is below 1
  explicit ConditionalVae(const ConditionalVaeOptions& options = {});
  ConditionalVae(nn::Module& parent, std::string name, const ConditionalVaeOptions& options);
  ~ConditionalVae() override;

  /// q(z | x, y) = N(mu, diag exp(log_var)); both [n, z].  x [n, inputs], pixels in [0, 1], labels int64 [n].
  Vae::Posterior encode(const Tensor& x, const Tensor& labels);
  /// The parameters of p(x | z, y), see Observation: for instance the logits of pixels, [..., n, inputs].
  /// z [..., n, z], labels [n].
  Tensor decode(const Tensor& z, const Tensor& labels);

  /// The terms of a lower bound of log p(x | y), nats per image averaged over the batch, with one draw of z for
  /// each. For log p(x, y) add log_prior(), which depends on no weight and so changes nothing about training.
  Vae::Elbo elbo(const Tensor& x, const Tensor& labels, Generator& generator = default_generator());
  /// The same with given noise, a draw from N(0, I) [n, z].
  Vae::Elbo elbo(const Tensor& x, const Tensor& labels, const Tensor& noise);

  /// The same bound for each image, nats; gradients flow:
  ///
  ///     log p(x | y) >= log p(x | z, y) - KL(q(z | x, y) || p(z)),   z = mu + exp(log_var / 2) noise
  ///
  /// x [n, inputs], labels int64 [n], noise [n, z] -> [n]
  Tensor bound(const Tensor& x, const Tensor& labels, const Tensor& noise);

  /// log p(x | z, y) from what decode() gives, nats.  decoded [..., n, outputs], x [n, inputs] -> [..., n]
  Tensor log_conditional(const Tensor& decoded, const Tensor& x) const;

  /// Expected pixels of new images of the wanted classes: for black-and-white ones probabilities.
  /// labels [n] -> [n, inputs]
  Tensor sample(const Tensor& labels, Generator& generator = default_generator());
  /// Expected pixels at the mean of q(z | x, y).  [n, inputs]
  Tensor reconstruct(const Tensor& x, const Tensor& labels);

  /// log p(y), [classes]: a buffer, uniform at first.
  const Tensor& log_prior() const { return log_prior_; }
  /// Sets another p(y), as after label shift; no retraining is needed.
  /// @param probabilities  [classes], >= 0; they are divided by their sum
  /// @throws ShapeError, and ValueError if one is negative or not finite, or all are 0
  void set_prior(const Tensor& probabilities);
  /// p(y) as the shares of the classes among labels.  int64 [n]
  void set_prior_from_labels(const Tensor& labels);

  /// Estimates of log p(x | y) for every class, nats.  [n, inputs] -> [n, classes]. No graph is recorded.
  ///
  /// All classes share the draws of an image, so that much of the noise cancels when they are compared. They also share
  /// the product of the pixels with the encoder's weights. Memory is bounded for any n.
  /// @param samples  draws of z for each image and class, at least 1
  Tensor log_evidence(const Tensor& x, Index samples = 1, Generator& generator = default_generator(),
                      EvidenceEstimator estimator = EvidenceEstimator::elbo);
  /// The Bayes classifier: logits log p(x | y) + log p(y), whose softmax is p(y | x) and whose logsumexp is
  /// log p(x).  [n, inputs] -> [n, classes]. Parameters as for log_evidence().
  Tensor classify(const Tensor& x, Index samples = 1, Generator& generator = default_generator(),
                  EvidenceEstimator estimator = EvidenceEstimator::elbo);

  const ConditionalVaeOptions& options() const { return options_; }
  Architecture architecture() const;
  /// @throws ValueError if it describes no conditional VAE
  static ConditionalVaeOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "ConditionalVae"; }

 private:
  struct Stack;
  struct Encoder;
  struct Decoder;
  void build();
  Tensor expected(const Tensor& decoded) const;
  Tensor block_evidence(const Tensor& x, Index samples, Index draws, Generator& generator, EvidenceEstimator estimator);

  ConditionalVaeOptions options_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  Tensor log_prior_;  ///< of the labels
};

}  // namespace tandem::models
