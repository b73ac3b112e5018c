#pragma once

#include "autograd/tensor.h"

namespace tandem {

/// How the losses of the examples of a batch become one number.
enum class Reduction {
  mean,  ///< sum / n: PyTorch's default
  sum,
  none,  ///< one number an example
};

/// Cross-entropy of softmax(logits) with the true classes, in nats:
///
///     L_i = -(1 - s) log p_i[label_i] - s/k sum_j log p_i[j],   p_i = softmax(logits_i)
///
/// @param logits           [n, k]; log-probabilities up to a constant, not probabilities
/// @param labels           int64 [n], each in [0, k)
/// @param label_smoothing  s, in [0, 1]: how much of the target is spread evenly over all classes
/// @return                 scalar, or [n] for Reduction::none
/// @throws ShapeError or DTypeError unless they are so, ValueError for a label outside [0, k) or a label_smoothing
///         outside [0, 1]
/// Source: label smoothing, Szegedy et al. 2015, arXiv:1512.00567, section 7.
Tensor cross_entropy(const Tensor& logits, const Tensor& labels, double label_smoothing = 0,
                     Reduction reduction = Reduction::mean);

/// Negative log-likelihood of the true classes: L_i = -log_probabilities[i, label_i].
/// @param log_probabilities  [n, k], as log_softmax() returns them
/// @throws ShapeError, DTypeError and ValueError as cross_entropy() does
Tensor nll(const Tensor& log_probabilities, const Tensor& labels, Reduction reduction = Reduction::mean);

/// Binary cross-entropy with the probability sigmoid(logits), elementwise, in nats:
///
///     L = max(l, 0) - l t + log(1 + e^-|l|)
///
/// @param logits, targets  one shape; the targets lie in [0, 1], which is not checked
/// Reduction::mean divides by the number of *elements*, Reduction::none gives each element's loss.
/// @throws ShapeError unless the shapes are equal, DTypeError unless both are float32 or both float64
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets, Reduction reduction = Reduction::mean);

/// (x - target)^2; Reduction::mean divides by the number of elements.
/// @throws ShapeError unless the shapes are equal, DTypeError unless both are float32 or both float64
Tensor mse(const Tensor& x, const Tensor& target, Reduction reduction = Reduction::mean);

/// KL divergence of N(mu, diag exp(log_var)) from N(0, I), summed over latents:
///
///     KL_i = 1/2 sum_j (mu^2 + exp(log_var) - 1 - log_var)
///
/// @param mu, log_var  [n, z]; log_var is the logarithm of the *variance*
/// @return             nats per example, >= 0: their mean over the batch, their sum, or [n]
/// @throws ShapeError unless both are [n, z], DTypeError unless both are float32 or both float64
/// Source: Kingma & Welling 2013, arXiv:1312.6114, appendix B (there with the opposite sign).
Tensor gaussian_kl(const Tensor& mu, const Tensor& log_var, Reduction reduction = Reduction::mean);

}  // namespace tandem
