#include "nn/optim/sgd.h"

namespace tandem::optim {
namespace {

enum Moment { momentum_buffer };

template <class T>
void descend(FlatGroup& group, const SGDOptions& o) {
  using V = Simd<T>;
  const V lr = o.lr, decay = o.weight_decay, mu = o.momentum;
  if (o.momentum == 0)
    return group.update<T>([=](std::int64_t) { return [=](V& w, V g) { w = w - lr * (g + decay * w); }; });

  // The buffer is zero before the first step, so b = mu b + g makes it the gradient.
  const auto gain = [damped = 1 - o.dampening](std::int64_t t) { return V(t == 1 ? 1 : damped); };
  if (o.nesterov)
    group.update<T>(
        [=](std::int64_t t) {
          return [=, gain = gain(t)](V& w, V g, V& b) {
            g = g + decay * w;
            b = mu * b + gain * g;
            w = w - lr * (g + mu * b);
          };
        },
        momentum_buffer);
  else
    group.update<T>(
        [=](std::int64_t t) {
          return [=, gain = gain(t)](V& w, V g, V& b) {
            b = mu * b + gain * (g + decay * w);
            w = w - lr * b;
          };
        },
        momentum_buffer);
}

}  // namespace

void SGDOptions::check(const char* optimizer) const {
  require_lr(optimizer, lr);
  require_option(momentum >= 0 && momentum < 1, optimizer, "momentum", momentum, "in [0, 1)");
  require_option(dampening >= 0 && dampening <= 1, optimizer, "dampening", dampening, "in [0, 1]");
  require_weight_decay(optimizer, weight_decay);
  if (nesterov && (momentum == 0 || dampening != 0))
    throw_value_error(optimizer, "nesterov needs a momentum above 0 and a dampening of 0",
                      "for example {.momentum = 0.9, .nesterov = true}");
}

Settings SGDOptions::settings() {
  return {{"lr", &lr}, {"momentum", &momentum}, {"dampening", &dampening}, {"weight_decay", &weight_decay}};
}

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options)
    : SGD(std::vector<Group<SGDOptions>>{{std::move(parameters), options}}) {}

SGD::SGD(std::vector<Group<SGDOptions>> groups) : OptimizerWith("SGD", std::move(groups), {"momentum_buffer"}) {}

void SGD::update(std::size_t index, FlatGroup& group) {
  dispatch(group.dtype(), [&]<class T>(T) { descend<T>(group, options(index)); });
}

}  // namespace tandem::optim
