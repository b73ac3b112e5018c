#include "nn/noise.h"

#include <cmath>

#include "autograd/ops/arithmetic.h"
#include "autograd/random.h"

namespace tandem::nn {
namespace {

double checked(double deviation) {
  if (!(deviation >= 0 && std::isfinite(deviation)))
    throw_value_error("GaussianNoise", "deviation " + to_text(deviation), "it is a number >= 0");
  return deviation;
}

}  // namespace

GaussianNoise::GaussianNoise(double deviation) : deviation_(checked(deviation)) {}
GaussianNoise::GaussianNoise(Module& parent, std::string name, double deviation)
    : Layer(parent, std::move(name)), deviation_(checked(deviation)) {}

Tensor GaussianNoise::operator()(Tensor x) {
  const Call call(*this);
  if (!is_training() || deviation_ == 0) return call.result(std::move(x));
  return call.result(x + randn(x.shape(), x.dtype()) * deviation_);
}

std::string GaussianNoise::describe() const { return "GaussianNoise(" + to_text(deviation_) + ")"; }

}  // namespace tandem::nn
