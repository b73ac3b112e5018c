#include "autograd/ops/noise.h"

#include "autograd/graph.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"

namespace tandem {

Tensor dropout(const Tensor& x, double probability, Generator& generator) {
  require_floating("dropout", {{"x", x}});
  if (!(probability >= 0 && probability < 1))
    throw_value_error("dropout", "probability " + to_text(probability), "it lies in [0, 1)");
  if (probability == 0) return x;
  const double keep = 1 - probability;
  const Tensor mask = bernoulli(x.shape(), keep, x.dtype(), generator);
  const auto drop = [scale = 1 / keep](auto v, auto m) { return v * m * scale; };
  return record("dropout", {x}, map("dropout", x, mask, drop),
                [mask, scale = 1 / keep](const Tensor& dy) { return dy * (mask * scale); });
}

// dz/dmu = 1,  dz/dlog_var = noise exp(log_var / 2) / 2
Tensor reparameterize(const Tensor& mu, const Tensor& log_var, const Tensor& noise) {
  const Arguments arguments = {{"mu", mu}, {"log_var", log_var}, {"noise", noise}};
  require_floating("reparameterize", arguments);
  require(mu.shape() == log_var.shape() && mu.shape() == noise.shape(), "reparameterize", "the shapes are equal",
          arguments);
  return record(
      "reparameterize", {mu, log_var, noise},
      map("reparameterize", mu, log_var, noise, [](auto m, auto v, auto e) { return m + exp(0.5 * v) * e; }),
      [](const Tensor& dy) { return dy; },
      [v = Saved(log_var), e = Saved(noise)](const Tensor& dy) { return dy * *e * (exp(*v * 0.5) * 0.5); },
      [v = Saved(log_var)](const Tensor& dy) { return dy * exp(*v * 0.5); });
}

Tensor reparameterize(const Tensor& mu, const Tensor& log_var, Generator& generator) {
  return reparameterize(mu, log_var, randn(mu.shape(), mu.dtype(), generator));
}

}  // namespace tandem
