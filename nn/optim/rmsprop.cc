#include "nn/optim/rmsprop.h"

namespace tandem::optim {
namespace {

enum Moment { square_avg, momentum_buffer, grad_avg };

template <class T>
void rmsprop_step(FlatGroup& group, const RMSpropOptions& o) {
  using V = Simd<T>;
  const V lr = o.lr, decay = o.weight_decay, mu = o.momentum, alpha = o.alpha, rest = 1 - o.alpha, eps = o.eps;

  const auto scaled = [=](V w, V g, V& s) {
    g = g + decay * w;
    s = alpha * s + rest * g * g;
    return g / (sqrt(s) + eps);
  };
  const auto centered = [=](V w, V g, V& s, V& a) {
    g = g + decay * w;
    s = alpha * s + rest * g * g;
    a = alpha * a + rest * g;
    return g / (sqrt(max(s - a * a, 0)) + eps);  // never negative but for rounding
  };
  // All steps of a parameter are alike.
  const auto always = [](auto f) { return [f](std::int64_t) { return f; }; };

  if (o.centered && o.momentum > 0)
    group.update<T>(always([=](V& w, V g, V& s, V& b, V& a) {
                      b = mu * b + centered(w, g, s, a);
                      w = w - lr * b;
                    }),
                    square_avg, momentum_buffer, grad_avg);
  else if (o.centered)
    group.update<T>(always([=](V& w, V g, V& s, V& a) { w = w - lr * centered(w, g, s, a); }), square_avg, grad_avg);
  else if (o.momentum > 0)
    group.update<T>(always([=](V& w, V g, V& s, V& b) {
                      b = mu * b + scaled(w, g, s);
                      w = w - lr * b;
                    }),
                    square_avg, momentum_buffer);
  else group.update<T>(always([=](V& w, V g, V& s) { w = w - lr * scaled(w, g, s); }), square_avg);
}

}  // namespace

void RMSpropOptions::check(const char* optimizer) const {
  require_lr(optimizer, lr);
  require_option(alpha >= 0 && alpha < 1, optimizer, "alpha", alpha, "in [0, 1)");
  require_option(eps >= 0, optimizer, "eps", eps, "at least 0");
  require_weight_decay(optimizer, weight_decay);
  require_option(momentum >= 0 && momentum < 1, optimizer, "momentum", momentum, "in [0, 1)");
}

Settings RMSpropOptions::settings() {
  return {{"lr", &lr}, {"alpha", &alpha}, {"eps", &eps}, {"weight_decay", &weight_decay}, {"momentum", &momentum}};
}

RMSprop::RMSprop(std::vector<Tensor> parameters, RMSpropOptions options)
    : RMSprop(std::vector<Group<RMSpropOptions>>{{std::move(parameters), options}}) {}

RMSprop::RMSprop(std::vector<Group<RMSpropOptions>> groups)
    : OptimizerWith("RMSprop", std::move(groups), {"square_avg", "momentum_buffer", "grad_avg"}) {}

void RMSprop::update(std::size_t index, FlatGroup& group) {
  dispatch(group.dtype(), [&]<class T>(T) { rmsprop_step<T>(group, options(index)); });
}

}  // namespace tandem::optim
