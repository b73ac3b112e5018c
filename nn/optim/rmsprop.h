#pragma once

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// Options of RMSprop, with PyTorch's names and defaults.
struct RMSpropOptions {
  double lr = 1e-2;         ///< >= 0
  double alpha = 0.99;      ///< in [0, 1): share of the mean squared gradient that is kept
  double eps = 1e-8;        ///< >= 0; in the unit of the gradient, outside the square root
  double weight_decay = 0;  ///< lambda >= 0: adds lambda/2 |w|^2 to the loss
  double momentum = 0;      ///< mu in [0, 1): share of the last direction that is kept
  bool centered = false;    ///< divide by the deviation of the gradient, not by its root mean square

  void check(const char* optimizer) const;
  Settings settings();
};

/// RMSprop: the gradient divided by a running root mean square of itself.
///
///     g = dL/dw + lambda w
///     s = alpha s + (1 - alpha) g^2
///     a = alpha a + (1 - alpha) g       centered; else a = 0
///     b = mu b + g / (sqrt(s - a^2) + eps)
///     w = w - lr b
///
/// Sources: Hinton, lecture 6e of "Neural Networks for Machine Learning", 2012; centered: Graves 2013,
/// arXiv:1308.0850, equations 38 to 41, there with eps inside the square root and lr inside b.
class RMSprop : public OptimizerWith<RMSpropOptions> {
 public:
  /// @throws ValueError for options outside their ranges and parameters that cannot be trained
  explicit RMSprop(std::vector<Tensor> parameters, RMSpropOptions options = {});
  explicit RMSprop(std::vector<Group<RMSpropOptions>> groups);

 protected:
  void update(std::size_t index, FlatGroup& group) override;
};

}  // namespace tandem::optim
