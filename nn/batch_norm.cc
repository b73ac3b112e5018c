#include "nn/batch_norm.h"

#include <cmath>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/batch_norm.h"
#include "autograd/ops/math.h"

namespace tandem::nn {

namespace {

Tensor initial_weight(Index features, const BatchNormOptions& o) {
  if (features < 1) throw_value_error("BatchNorm1d", "features = " + std::to_string(features), "it is at least 1");
  if (!(o.eps >= 0 && std::isfinite(o.eps) && o.momentum >= 0 && o.momentum <= 1))
    throw_value_error("BatchNorm1d", "eps = " + to_text(o.eps) + ", momentum = " + to_text(o.momentum),
                      "eps is at least 0, and momentum lies in [0, 1]");
  return ones({features});
}

}  // namespace

BatchNorm1d::BatchNorm1d(Index features, BatchNormOptions options)
    : weight(parameter("weight", initial_weight(features, options))), options_(options) {}

BatchNorm1d::BatchNorm1d(Module& parent, std::string name, Index features, BatchNormOptions options)
    : Layer(parent, std::move(name)),
      weight(parameter("weight", initial_weight(features, options))),
      options_(options) {}

Tensor BatchNorm1d::operator()(Tensor x) {
  const Call call(*this);
  require(x.rank() == 2 && x.dim(1) == weight.dim(0), "batch_norm", "x is [n, features]",
          {{"x", x}, {"weight", weight}});
  if (!is_training()) return call.result((x - running_mean) * (weight / sqrt(running_var + options_.eps)) + bias);

  ColumnStatistics batch;
  const Tensor y = batch_norm(x, weight, bias, options_.eps, &batch);
  {
    const NoGrad no_grad;
    const double share = options_.momentum, n = static_cast<double>(x.dim(0));
    running_mean.mul_(1 - share).add_(batch.mean, share);
    running_var.mul_(1 - share).add_(batch.variance, share * n / (n - 1));
    ++*num_batches_tracked.mutable_data<std::int64_t>();
  }
  return call.result(y);
}

std::string BatchNorm1d::describe() const { return "BatchNorm1d(" + std::to_string(weight.dim(0)) + ")"; }

}  // namespace tandem::nn
