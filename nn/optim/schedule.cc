#include "nn/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace tandem::optim {
namespace {

void require_positive(std::int64_t value, const char* curve, const char* option) {
  require_option(value > 0, curve, option, static_cast<double>(value), "above 0");
}

void require_curve(const char* operation, const Curve& curve) {
  if (!curve) throw_value_error(operation, "a curve is empty", "it is one of those of schedule.h, or a lambda");
}

double ratio(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

/// From `start` to `end` while x goes from 0 to 1.
double interpolate(OneCycleLR::Anneal anneal, double start, double end, double x) {
  if (anneal == OneCycleLR::Anneal::linear) return start + (end - start) * x;
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * x));
}

/// A value that goes from `low` to `high` and then to `final`, as OneCycleLR does.
double one_cycle(const OneCycleLR& o, double low, double high, double final, std::int64_t t) {
  const double last = static_cast<double>(o.total_steps) - 1;
  const double peak = o.pct_start * static_cast<double>(o.total_steps) - 1;
  const double now = std::min(static_cast<double>(t), last);
  if (now <= peak) return interpolate(o.anneal, low, high, peak > 0 ? now / peak : 1);
  return interpolate(o.anneal, high, final, last > peak ? (now - peak) / (last - peak) : 1);
}

}  // namespace

double StepLR::operator()(double base, std::int64_t t) const {
  require_positive(step_size, "StepLR", "step_size");
  require_option(gamma >= 0, "StepLR", "gamma", gamma, "at least 0");
  return base * std::pow(gamma, static_cast<double>(t / step_size));
}

double LinearLR::operator()(double base, std::int64_t t) const {
  require_option(start_factor >= 0 && start_factor <= 1, "LinearLR", "start_factor", start_factor, "in [0, 1]");
  require_option(end_factor >= 0 && end_factor <= 1, "LinearLR", "end_factor", end_factor, "in [0, 1]");
  require_positive(total_iters, "LinearLR", "total_iters");
  return base * (start_factor + (end_factor - start_factor) * ratio(std::min(t, total_iters), total_iters));
}

double CosineAnnealingLR::operator()(double base, std::int64_t t) const {
  require_positive(t_max, "CosineAnnealingLR", "t_max");
  require_option(eta_min >= 0, "CosineAnnealingLR", "eta_min", eta_min, "at least 0");
  return eta_min + (base - eta_min) * (1 + std::cos(std::numbers::pi * ratio(t, t_max))) / 2;
}

double HoldLinearLR::operator()(double base, std::int64_t t) const {
  require_positive(total_steps, "HoldLinearLR", "total_steps");
  return base * std::clamp(3 * (1 - ratio(t, total_steps)), 0.0, 1.0);
}

double OneCycleLR::operator()(double, std::int64_t t) const {
  require_option(max_lr > 0, "OneCycleLR", "max_lr", max_lr, "above 0");
  require_option(total_steps > 1, "OneCycleLR", "total_steps", static_cast<double>(total_steps), "above 1");
  require_option(pct_start >= 0 && pct_start <= 1, "OneCycleLR", "pct_start", pct_start, "in [0, 1]");
  require_option(div_factor > 0, "OneCycleLR", "div_factor", div_factor, "above 0");
  require_option(final_div_factor > 0, "OneCycleLR", "final_div_factor", final_div_factor, "above 0");
  // After the last of total_steps batches a loop calls step() once more; the rate then stays.
  if (t > total_steps)
    throw_value_error("OneCycleLR", "step " + std::to_string(t) + " of " + std::to_string(total_steps),
                      "total_steps is the number of batches in all epochs");
  const double start = max_lr / div_factor;
  return one_cycle(*this, start, max_lr, start / final_div_factor, t);
}

double OneCycleLR::momentum(std::int64_t t) const {
  for (const auto& [name, value] : {std::pair{"base_momentum", base_momentum}, {"max_momentum", max_momentum}})
    require_option(value >= 0 && value < 1, "OneCycleLR", name, value, "in [0, 1)");
  return one_cycle(*this, max_momentum, base_momentum, max_momentum, t);
}

SequentialLR::SequentialLR(std::vector<Curve> curves, std::vector<std::int64_t> milestones)
    : curves_(std::move(curves)), milestones_(std::move(milestones)) {
  if (curves_.size() != milestones_.size() + 1)
    throw_value_error(
        "SequentialLR",
        std::to_string(curves_.size()) + " curves but " + std::to_string(milestones_.size()) + " milestones",
        "a milestone lies between two curves: one fewer than curves");
  std::int64_t before = 0;
  for (const std::int64_t milestone : milestones_) {
    if (milestone <= before)
      throw_value_error("SequentialLR", "milestone " + std::to_string(milestone) + " after " + std::to_string(before),
                        "milestones are steps above 0 in rising order");
    before = milestone;
  }
  for (const Curve& curve : curves_) {
    require_curve("SequentialLR", curve);
    curve(1, 0);  // refuses bad options now, not at a milestone
  }
}

double SequentialLR::operator()(double base, std::int64_t t) const {
  const auto next = std::upper_bound(milestones_.begin(), milestones_.end(), t);
  const std::int64_t start = next == milestones_.begin() ? 0 : *std::prev(next);
  return curves_[static_cast<std::size_t>(next - milestones_.begin())](base, t - start);
}

Schedule::Schedule(Optimizer& optimizer, Curve curve, Momentum momentum)
    : optimizer_(&optimizer), curve_(std::move(curve)), momentum_(std::move(momentum)) {
  require_curve("Schedule", curve_);
  for (std::size_t i = 0; i < optimizer.group_count(); ++i) base_.push_back(optimizer.lr(i));
  apply(base_, 0);
}

Schedule::Schedule(Optimizer& optimizer, Curve curve) : Schedule(optimizer, std::move(curve), Momentum()) {}

Schedule::Schedule(Optimizer& optimizer, const OneCycleLR& cycle)
    : Schedule(optimizer, Curve(cycle),
               cycle.cycle_momentum ? [cycle](std::int64_t t) { return cycle.momentum(t); } : Momentum()) {}

/// Sets the rates and the momentum that belong to t. All are computed and checked before the first is set.
void Schedule::apply(const std::vector<double>& base, std::int64_t t) {
  next_.clear();
  for (std::size_t i = 0; i < base.size(); ++i) {
    next_.push_back(curve_(base[i], t));
    require_lr("Schedule", next_[i]);
    if (momentum_) optimizer_->momentum(i);  // throws if the optimiser has none
  }
  const double momentum = momentum_ ? momentum_(t) : 0;
  rates_.swap(next_);
  for (std::size_t i = 0; i < base.size(); ++i) {
    optimizer_->set_lr(i, rates_[i]);
    if (momentum_) optimizer_->set_momentum(i, momentum);
  }
}

void Schedule::step() {
  for (std::size_t i = 0; i < rates_.size(); ++i)
    if (const double lr = optimizer_->lr(i); lr != rates_[i])
      throw_value_error("Schedule",
                        "the rate of group " + std::to_string(i) + " is " + to_text(lr) + " and no longer " +
                            to_text(rates_[i]) + ", to which this schedule has set it",
                        "an optimiser has one schedule, and SequentialLR joins several");
  apply(base_, t_ + 1);
  ++t_;
}

StateDict Schedule::state_dict() const {
  StateDict state{{"step", detail::state_count(t_)}};
  for (std::size_t i = 0; i < base_.size(); ++i)
    state.emplace_back("base_lr." + std::to_string(i), detail::state_number(base_[i]));
  return state;
}

void Schedule::load_state_dict(const StateDict& state) {
  detail::StateReader reader("Schedule", state);
  const std::int64_t t = reader.count("step");
  std::vector<double> base;
  for (std::size_t i = 0; i < base_.size(); ++i) base.push_back(reader.number("base_lr." + std::to_string(i)));
  reader.finish();
  apply(base, t);
  t_ = t;
  base_ = std::move(base);
}

}  // namespace tandem::optim
