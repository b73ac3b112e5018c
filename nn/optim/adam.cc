#include "nn/optim/adam.h"

#include <cmath>

namespace tandem::optim {
namespace {

enum Moment { exp_avg, exp_avg_sq };

/// Adam's step with one kind of weight decay or the other.
/// @param decay   lambda, of which lambda w is added to the gradient
/// @param shrink  factor that the weight is multiplied by first
template <class T, class Options>
void adam_step(FlatGroup& group, const Options& o, double decay, double shrink) {
  using V = Simd<T>;
  group.update<T>(
      [&](std::int64_t t) {
        // The correction under the square root moves into lr and eps, which leaves one division for each weight.
        const double correction1 = 1 - std::pow(o.beta1, static_cast<double>(t));
        const double root2 = std::sqrt(1 - std::pow(o.beta2, static_cast<double>(t)));
        return [lambda = V(decay), keep = V(shrink), beta1 = V(o.beta1), rest1 = V(1 - o.beta1), beta2 = V(o.beta2),
                rest2 = V(1 - o.beta2), rate = V(o.lr * root2 / correction1),
                eps = V(o.eps * root2)](V& w, V g, V& m, V& v) {
          g = g + lambda * w;
          m = beta1 * m + rest1 * g;
          v = beta2 * v + rest2 * g * g;
          w = keep * w - rate * m / (sqrt(v) + eps);
        };
      },
      exp_avg, exp_avg_sq);
}

template <class Options>
void check_options(const Options& o, const char* optimizer) {
  require_lr(optimizer, o.lr);
  require_option(o.beta1 >= 0 && o.beta1 < 1, optimizer, "beta1", o.beta1, "in [0, 1)");
  require_option(o.beta2 >= 0 && o.beta2 < 1, optimizer, "beta2", o.beta2, "in [0, 1)");
  require_option(o.eps >= 0, optimizer, "eps", o.eps, "at least 0");
  require_weight_decay(optimizer, o.weight_decay);
}

template <class Options>
Settings settings_of(Options& o) {
  return {{"lr", &o.lr}, {"beta1", &o.beta1}, {"beta2", &o.beta2}, {"eps", &o.eps}, {"weight_decay", &o.weight_decay}};
}

}  // namespace

void AdamOptions::check(const char* optimizer) const { check_options(*this, optimizer); }
Settings AdamOptions::settings() { return settings_of(*this); }

Adam::Adam(std::vector<Tensor> parameters, AdamOptions options)
    : Adam(std::vector<Group<AdamOptions>>{{std::move(parameters), options}}) {}

Adam::Adam(std::vector<Group<AdamOptions>> groups)
    : OptimizerWith("Adam", std::move(groups), {"exp_avg", "exp_avg_sq"}) {}

void Adam::update(std::size_t index, FlatGroup& group) {
  const AdamOptions& o = options(index);
  dispatch(group.dtype(), [&]<class T>(T) { adam_step<T>(group, o, o.weight_decay, 1); });
}

void AdamWOptions::check(const char* optimizer) const { check_options(*this, optimizer); }
Settings AdamWOptions::settings() { return settings_of(*this); }

AdamW::AdamW(std::vector<Tensor> parameters, AdamWOptions options)
    : AdamW(std::vector<Group<AdamWOptions>>{{std::move(parameters), options}}) {}

AdamW::AdamW(std::vector<Group<AdamWOptions>> groups)
    : OptimizerWith("AdamW", std::move(groups), {"exp_avg", "exp_avg_sq"}) {}

void AdamW::update(std::size_t index, FlatGroup& group) {
  const AdamWOptions& o = options(index);
  dispatch(group.dtype(), [&]<class T>(T) { adam_step<T>(group, o, 0, 1 - o.lr * o.weight_decay); });
}

}  // namespace tandem::optim
