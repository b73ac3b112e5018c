#include "nn/init.h"

#include <Eigen/QR>
#include <cmath>

#include "autograd/eigen.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"

namespace tandem::nn::init {
namespace {

Tensor overwrite(Tensor x, const Tensor& values) {
  const NoGrad no_grad;
  return x.copy_(values);
}

/// gain / sqrt(fan): the deviation that keeps a variance.
double kaiming_deviation(const Tensor& x, const KaimingOptions& options) {
  const Fans fan = fans(x);
  const double gain = calculate_gain(options.nonlinearity, options.slope);
  return gain / std::sqrt(static_cast<double>(options.mode == Fan::in ? fan.in : fan.out));
}

double xavier_deviation(const Tensor& x, double gain) {
  const Fans fan = fans(x);
  return gain * std::sqrt(2 / static_cast<double>(fan.in + fan.out));
}

/// Uniform around 0 with the given deviation.
Tensor centred_uniform(const Tensor& x, double deviation, Generator& generator) {
  const double bound = std::sqrt(3.0) * deviation;
  return uniform_(x, -bound, bound, generator);
}

}  // namespace

Tensor uniform_(Tensor x, double low, double high, Generator& generator) {
  return overwrite(x, uniform(x.shape(), low, high, x.dtype(), generator));
}

Tensor normal_(Tensor x, double mean, double deviation, Generator& generator) {
  return overwrite(x, randn(x.shape(), x.dtype(), generator) * deviation + mean);
}

Tensor constant_(Tensor x, double value) {
  const NoGrad no_grad;
  return x.fill_(value);
}

Tensor zeros_(Tensor x) { return constant_(std::move(x), 0); }

Fans fans(const Tensor& x) {
  require(x.rank() >= 2, "init::fans", "x.rank >= 2: [out, in, ...]", {{"x", x}},
          "for a bias use zeros_() or uniform_()");
  Index receptive_field = 1;
  for (int axis = 2; axis < x.rank(); ++axis) receptive_field *= x.shape()[axis];
  return {x.dim(1) * receptive_field, x.dim(0) * receptive_field};
}

double calculate_gain(Nonlinearity nonlinearity, double slope) {
  switch (nonlinearity) {
    case Nonlinearity::linear:
    case Nonlinearity::sigmoid: return 1;
    case Nonlinearity::tanh: return 5.0 / 3;
    case Nonlinearity::relu: return std::sqrt(2.0);
    case Nonlinearity::leaky_relu: return std::sqrt(2 / (1 + slope * slope));
    case Nonlinearity::selu: return 0.75;
  }
  return 1;
}

Tensor xavier_uniform_(Tensor x, double gain, Generator& generator) {
  return centred_uniform(x, xavier_deviation(x, gain), generator);
}

Tensor xavier_normal_(Tensor x, double gain, Generator& generator) {
  return normal_(x, 0, xavier_deviation(x, gain), generator);
}

Tensor kaiming_uniform_(Tensor x, KaimingOptions options, Generator& generator) {
  return centred_uniform(x, kaiming_deviation(x, options), generator);
}

Tensor kaiming_normal_(Tensor x, KaimingOptions options, Generator& generator) {
  return normal_(x, 0, kaiming_deviation(x, options), generator);
}

Tensor orthogonal_(Tensor x, double gain, Generator& generator) {
  require(x.rank() >= 2, "init::orthogonal_", "x.rank >= 2: [out, in, ...]", {{"x", x}});
  if (x.size() == 0) return x;
  const Index rows = x.dim(0), columns = x.size() / rows, longer = std::max(rows, columns),
              shorter = std::min(rows, columns);
  // Q of a normal matrix is uniformly distributed once the diagonal of R is positive. Computed in double, so that a
  // float32 result is orthogonal to its last digit.
  const Tensor normal = randn({longer, shorter}, DType::float64, generator);
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(normal.matrix<double>());
  Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(longer, shorter);
  for (Index j = 0; j < shorter; ++j) q.col(j) *= qr.matrixQR()(j, j) < 0 ? -gain : gain;
  const Tensor result = rows < columns ? from_eigen(q.transpose()) : from_eigen(q);
  return overwrite(x, result.reshape(x.shape()));
}

}  // namespace tandem::nn::init
