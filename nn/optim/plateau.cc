#include "nn/optim/plateau.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::optim {

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options)
    : optimizer_(&optimizer), options_(options), best_(std::numeric_limits<double>::infinity()) {
  require_option(options.factor >= 0 && options.factor < 1, "ReduceLROnPlateau", "factor", options.factor, "in [0, 1)");
  const auto at_least_0 = [](const char* name, double value) {
    require_option(value >= 0, "ReduceLROnPlateau", name, value, "at least 0");
  };
  at_least_0("patience", static_cast<double>(options.patience));
  at_least_0("cooldown", static_cast<double>(options.cooldown));
  at_least_0("min_lr", options.min_lr);
  at_least_0("eps", options.eps);
  if (options.mode == PlateauOptions::Mode::max) best_ = -best_;
}

bool ReduceLROnPlateau::improves(double metric) const {
  const bool smaller = options_.mode == PlateauOptions::Mode::min;
  const bool relative = options_.threshold_mode == PlateauOptions::Threshold::relative && std::isfinite(best_);
  const double step = options_.threshold * (relative ? std::abs(best_) : 1);
  return smaller ? metric < best_ - step : metric > best_ + step;
}

void ReduceLROnPlateau::step(double metric) {
  if (improves(metric)) {
    best_ = metric;
    bad_steps_ = 0;
  } else {
    ++bad_steps_;
  }
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    bad_steps_ = 0;
  }
  if (bad_steps_ <= options_.patience) return;
  bad_steps_ = 0;
  cooldown_left_ = options_.cooldown;
  for (std::size_t i = 0; i < optimizer_->group_count(); ++i) {
    const double old = optimizer_->lr(i), reduced = std::max(old * options_.factor, options_.min_lr);
    if (old - reduced > options_.eps) optimizer_->set_lr(i, reduced);
  }
}

StateDict ReduceLROnPlateau::state_dict() const {
  return {{"best", detail::state_number(best_)},
          {"bad_steps", detail::state_count(bad_steps_)},
          {"cooldown_left", detail::state_count(cooldown_left_)}};
}

void ReduceLROnPlateau::load_state_dict(const StateDict& state) {
  detail::StateReader reader("ReduceLROnPlateau", state);
  const double best = reader.number("best");
  const std::int64_t bad_steps = reader.count("bad_steps"), cooldown_left = reader.count("cooldown_left");
  reader.finish();
  best_ = best;
  bad_steps_ = bad_steps;
  cooldown_left_ = cooldown_left;
}

}  // namespace tandem::optim
