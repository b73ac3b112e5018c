#pragma once

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// Options of Adam, with PyTorch's defaults.
struct AdamOptions {
  double lr = 1e-3;         ///< >= 0; about the largest change of a weight in one step
  double beta1 = 0.9;       ///< in [0, 1): share of the mean gradient that is kept
  double beta2 = 0.999;     ///< in [0, 1): share of the mean squared gradient that is kept
  double eps = 1e-8;        ///< >= 0; in the unit of the gradient, outside the square root
  double weight_decay = 0;  ///< lambda >= 0: adds lambda/2 |w|^2 to the loss

  void check(const char* optimizer) const;
  Settings settings();
};

/// Adam, adaptive moment estimation:
///
///     g = dL/dw + lambda w
///     m = beta1 m + (1 - beta1) g
///     v = beta2 v + (1 - beta2) g^2
///     w = w - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// where t counts the steps of a parameter from 1.
///
/// Source: Kingma & Ba 2014, arXiv:1412.6980, algorithm 1.
class Adam : public OptimizerWith<AdamOptions> {
 public:
  /// @throws ValueError for options outside their ranges and parameters that cannot be trained
  explicit Adam(std::vector<Tensor> parameters, AdamOptions options = {});
  explicit Adam(std::vector<Group<AdamOptions>> groups);

 protected:
  void update(std::size_t index, FlatGroup& group) override;
};

/// Options of AdamW, with PyTorch's defaults: they differ from Adam's in the weight decay.
struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 1e-2;  ///< lambda >= 0: a step first subtracts lr * lambda of each weight

  void check(const char* optimizer) const;
  Settings settings();
};

/// Adam with decoupled weight decay. Adam's own decay goes through the moments, so that weights with large gradients
/// decay less. Here all weights decay alike:
///
///     w = (1 - lr lambda) w, then Adam's step with lambda = 0
///
/// Source: Loshchilov & Hutter 2017, arXiv:1711.05101, algorithm 2. As in PyTorch lr is the paper's alpha
/// eta_t, and weight_decay its lambda / alpha.
class AdamW : public OptimizerWith<AdamWOptions> {
 public:
  /// @throws ValueError for options outside their ranges and parameters that cannot be trained
  explicit AdamW(std::vector<Tensor> parameters, AdamWOptions options = {});
  explicit AdamW(std::vector<Group<AdamWOptions>> groups);

 protected:
  void update(std::size_t index, FlatGroup& group) override;
};

}  // namespace tandem::optim
