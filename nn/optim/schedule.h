#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// A learning rate that depends on time: curve(base, t) is the rate after t = 0, 1, 2, ... calls of Schedule::step()
/// for a group whose rate was `base`. Those below have PyTorch's names and defaults; a lambda is a curve too. One
/// optimiser has one Schedule: a second would mistake the rates that the first has set for the groups' own.
/// SequentialLR joins several curves.
using Curve = std::function<double(double base, std::int64_t t)>;

/// lr = base gamma^floor(t / step_size)
struct StepLR {
  std::int64_t step_size;  ///< > 0
  double gamma = 0.1;      ///< >= 0
  double operator()(double base, std::int64_t t) const;
};

/// Linear warm-up: from base * start_factor to base * end_factor in total_iters steps, and constant from there.
///
///     lr = base (start_factor + (end_factor - start_factor) min(t, total_iters) / total_iters)
///
/// Source: Goyal et al. 2017, arXiv:1706.02677, section 2.2.
struct LinearLR {
  double start_factor = 1.0 / 3;  ///< in [0, 1]
  double end_factor = 1;          ///< in [0, 1]
  std::int64_t total_iters = 5;   ///< > 0
  double operator()(double base, std::int64_t t) const;
};

/// Half a period of the cosine, from base to eta_min in t_max steps, and up again beyond.
///
///     lr = eta_min + (base - eta_min) (1 + cos(pi t / t_max)) / 2
///
/// Source: Loshchilov & Hutter 2016, arXiv:1608.03983, equation 5, without restarts.
struct CosineAnnealingLR {
  std::int64_t t_max;  ///< > 0
  double eta_min = 0;  ///< >= 0
  double operator()(double base, std::int64_t t) const;
};

/// The full rate for two thirds of total_steps, then straight down to 0.
///
///     lr = base min(1, 3 (1 - t / total_steps))
///
/// PyTorch has no such curve. It was the best of those here on held-out images of MNIST: docs/design.md.
struct HoldLinearLR {
  std::int64_t total_steps;  ///< > 0; the rate is 0 from there on
  double operator()(double base, std::int64_t t) const;
};

/// One cycle: up from max_lr / div_factor to max_lr in the first pct_start of all steps, and down to
/// max_lr / div_factor / final_div_factor in the last step. Momentum goes the other way. The group's own rate
/// is not used.
///
/// Source: Smith & Topin 2017, arXiv:1708.07120, with cosines in place of straight lines, as in PyTorch.
struct OneCycleLR {
  double max_lr;             ///< > 0
  std::int64_t total_steps;  ///< > 1; one step more keeps the rate, any later one throws ValueError
  double pct_start = 0.3;    ///< in [0, 1]
  enum class Anneal { cosine, linear } anneal = Anneal::cosine;
  bool cycle_momentum = true;   ///< move the momentum too, if a Schedule is made of this curve alone
  double base_momentum = 0.85;  ///< in [0, 1)
  double max_momentum = 0.95;   ///< in [0, 1)
  double div_factor = 25;
  double final_div_factor = 1e4;
  double operator()(double base, std::int64_t t) const;
  /// The option `momentum`, or Adam's beta1, from max_momentum to base_momentum and back.
  double momentum(std::int64_t t) const;
};

/// One curve after another: curve i + 1 begins, at its own t = 0, when t reaches milestones[i].
///
///     const optim::LinearLR warm_up{.total_iters = 5};
///     const optim::CosineAnnealingLR cosine{.t_max = 95};
///     optim::Schedule schedule(optimizer, optim::SequentialLR({warm_up, cosine}, {5}));
class SequentialLR {
 public:
  /// @throws ValueError unless milestones are one fewer than curves and rise from above 0, and no curve is empty
  SequentialLR(std::vector<Curve> curves, std::vector<std::int64_t> milestones);
  double operator()(double base, std::int64_t t) const;

 private:
  std::vector<Curve> curves_;
  std::vector<std::int64_t> milestones_;
};

/// Sets the learning rates of an optimiser by a curve. The rates that it finds at construction are the `base` of the
/// groups, and it sets those for t = 0 at once. Call step() after the optimiser's, once an epoch or once a batch,
/// whichever the curve is written for. The optimiser must outlive the schedule.
class Schedule {
 public:
  /// @throws ValueError if the curve is empty or its options make no sense; the optimiser is then unchanged
  Schedule(Optimizer& optimizer, Curve curve);
  /// The same for one cycle, which moves the momentum too unless told not to.
  Schedule(Optimizer& optimizer, const OneCycleLR& cycle);

  /// @throws what the curve throws, or ValueError if its value is no valid learning rate, or if anything else has
  ///         changed the rates since this schedule set them; nothing is then changed
  void step();
  /// How often step() was called.
  std::int64_t steps() const { return t_; }

  /// The position and the base rates; the curve itself is not part of it.
  StateDict state_dict() const;
  /// Restores the state and sets the learning rates that belong to it.
  /// @throws ValueError, ShapeError or DTypeError if it does not fit; nothing is then changed
  void load_state_dict(const StateDict& state);

 private:
  using Momentum = std::function<double(std::int64_t t)>;
  Schedule(Optimizer& optimizer, Curve curve, Momentum momentum);
  void apply(const std::vector<double>& base, std::int64_t t);

  Optimizer* optimizer_;
  Curve curve_;
  Momentum momentum_;  ///< empty if it is left alone
  std::vector<double> base_, rates_;
  std::vector<double> next_;  ///< rates that are not set yet; kept so that a step allocates nothing
  std::int64_t t_ = 0;
};

}  // namespace tandem::optim
