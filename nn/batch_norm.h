#pragma once

#include "autograd/create.h"
#include "nn/module.h"

namespace tandem::nn {

struct BatchNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  ///< share of the new batch in the running statistics
};

/// Batch normalisation of features.  x [n, d] -> [n, d].
///
///     y = (x - mean) / sqrt(variance + eps) * weight + bias
///
/// While training, mean and (biased) variance are those of the batch, per feature, and the running statistics
/// follow them (the variance there unbiased); in evaluation mode the running statistics are used.
///
/// Parameters: weight [d] of ones, bias [d] of zeros. Buffers: running_mean, running_var [d],
/// num_batches_tracked. All as in PyTorch.
/// Source: Ioffe & Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2.
class BatchNorm1d : public Layer {
 public:
  /// @throws ValueError unless features >= 1, eps >= 0 and momentum lies in [0, 1]
  explicit BatchNorm1d(Index features, BatchNormOptions options = {});
  BatchNorm1d(Module& parent, std::string name, Index features, BatchNormOptions options = {});

  /// @throws ShapeError unless x is [n, features], and n > 1 while training
  Tensor operator()(Tensor x) override;
  std::string describe() const override;

  Parameter weight, bias = parameter("bias", zeros(weight.shape()));
  Parameter running_mean = buffer("running_mean", zeros(weight.shape()));
  Parameter running_var = buffer("running_var", ones(weight.shape()));
  Parameter num_batches_tracked = buffer("num_batches_tracked", zeros({}, DType::int64));

 private:
  BatchNormOptions options_;
};

}  // namespace tandem::nn
