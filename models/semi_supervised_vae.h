#pragma once

#include "models/conditional_vae.h"
#include "models/mlp.h"

namespace tandem::models {

/// The parts of a model that learns from few labelled and many unlabelled images.
struct SemiSupervisedVaeOptions {
  ConditionalVaeOptions generative;  ///< p(x | y, z) and q(z | x, y)
  MlpOptions classifier;             ///< q(y | x); inputs and classes as those of the generative part
  double least_probability = 1e-3;   ///< see Loss; for training only, and not part of the architecture

  /// Number of weights in both parts, without biases. Floating, since a model file may claim any extents.
  double weight_count() const;
};

/// Generative and discriminative in one: p(x, y) = p(y) p(x | y) is learned from all images, and q(y | x) is both its
/// inference network for missing labels and the classifier that is wanted.
///
/// On pixels it is M2. With a Gaussian likelihood, on the latents of a VAE trained before without labels, it is M1+M2.
/// Source: Kingma, Rezende, Mohamed, Welling 2014, arXiv:1406.5298, section 3.
class SemiSupervisedVae final : public nn::Module {
 public:
  /// @throws ValueError if the two parts differ in inputs or classes, or least_probability lies outside [0, 1]; and
  ///         what the constructors of the parts throw
  explicit SemiSupervisedVae(const SemiSupervisedVaeOptions& options = {});

  /// Logits of q(y | x).  x [n, inputs] -> [n, classes]
  Tensor operator()(const Tensor& x) { return classifier_(x); }

  /// The terms of the loss, nats per image, averaged over the images of their kind:
  ///
  ///     labelled        -log p(x, y) <= L(x, y) = -bound(x, y) - log p(y)
  ///     unlabelled      -log p(x)    <= sum_y q(y | x) (L(x, y) + log q(y | x))
  ///     classification  -log q(y | x), of the labelled images
  ///
  /// Source: equations 6, 7 and 9. p(y) is that of generative(), uniform at first.
  ///
  /// Classes to which q gives less than `least_probability` are left out of the sum, except for the most probable one,
  /// and so are classes to which p(y) gives 0; q is renormalised over the others. It is still a distribution, so the
  /// bound holds, and no image is decoded for a class that is left out: when the classifier is sure, an unlabelled
  /// image costs as much as a labelled one.
  struct Loss {
    Tensor labelled, unlabelled, classification;
    /// The loss of an average image, if `share` of the images are labelled; alpha weighs the classification.
    Tensor total(double share, double alpha) const;
  };
  /// @param x, labels   [n, inputs], int64 [n]: the labelled images
  /// @param unlabelled  [m, inputs]
  /// @throws ValueError unless n and m are at least 1
  Loss loss(const Tensor& x, const Tensor& labels, const Tensor& unlabelled,
            Generator& generator = default_generator());

  ConditionalVae& generative() { return generative_; }
  Mlp& classifier() { return classifier_; }
  Architecture architecture() const;
  /// @throws ValueError if it describes no such model
  static SemiSupervisedVaeOptions from_architecture(const Architecture& architecture);
  std::string describe() const override { return "SemiSupervisedVae"; }

 private:
  double least_probability_;
  ConditionalVae generative_;
  Mlp classifier_;
};

}  // namespace tandem::models
