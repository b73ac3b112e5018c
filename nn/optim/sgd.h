#pragma once

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// Options of SGD, with PyTorch's names and defaults.
struct SGDOptions {
  double lr = 1e-3;         ///< >= 0
  double momentum = 0;      ///< mu in [0, 1): share of the last direction that is kept
  double dampening = 0;     ///< in [0, 1]: share of the gradient that does not enter the direction
  double weight_decay = 0;  ///< lambda >= 0: adds lambda/2 |w|^2 to the loss
  bool nesterov = false;    ///< look ahead along the direction; needs momentum, and no dampening

  void check(const char* optimizer) const;
  Settings settings();
};

/// Stochastic gradient descent:
///
///     g = dL/dw + lambda w
///     b = mu b + (1 - dampening) g      b = g in the first step
///     w = w - lr b                      or w - lr (g + mu b) with Nesterov's momentum
///
/// and w = w - lr g without momentum. As in PyTorch the learning rate is not part of b, so that changing it takes
/// effect at once.
///
/// Sources: Polyak 1964 (momentum); Sutskever, Martens, Dahl, Hinton 2013 (ICML), equations 1 to 4.
class SGD : public OptimizerWith<SGDOptions> {
 public:
  /// @throws ValueError for options outside their ranges and parameters that cannot be trained
  explicit SGD(std::vector<Tensor> parameters, SGDOptions options = {});
  explicit SGD(std::vector<Group<SGDOptions>> groups);

 protected:
  void update(std::size_t index, FlatGroup& group) override;
};

}  // namespace tandem::optim
