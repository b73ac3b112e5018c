#pragma once

#include <cstdint>

#include "nn/optim/optimizer.h"

namespace tandem::optim {

/// Options of ReduceLROnPlateau, with PyTorch's names and defaults.
struct PlateauOptions {
  enum class Mode { min, max } mode = Mode::min;  ///< is a smaller or a larger metric better?
  double factor = 0.1;                            ///< in [0, 1): the learning rate is multiplied by it
  std::int64_t patience = 10;                     ///< steps without improvement that are tolerated
  double threshold = 1e-4;                        ///< by how much the metric must improve to count
  /// A share of |best|, or absolute. PyTorch takes a share of best: a negative metric that gets worse may then count as
  /// better.
  enum class Threshold { relative, absolute } threshold_mode = Threshold::relative;
  std::int64_t cooldown = 0;  ///< steps after a reduction that are not counted
  double min_lr = 0;          ///< the rate of no group falls below this
  double eps = 1e-8;          ///< a reduction by no more than this is skipped
};

/// Reduces the learning rates of an optimiser when a metric has stopped improving. Call step() with the metric once an
/// epoch. A NaN is no improvement. The optimiser must outlive the schedule.
class ReduceLROnPlateau {
 public:
  /// @throws ValueError if the factor lies outside [0, 1), or patience, cooldown, min_lr or eps is negative
  explicit ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options = {});

  void step(double metric);
  /// The best metric so far; infinite before the first.
  double best() const { return best_; }

  StateDict state_dict() const;
  /// Restores a state; the rates are part of the optimiser's state.
  /// @throws ValueError, ShapeError or DTypeError if it does not fit
  void load_state_dict(const StateDict& state);

 private:
  bool improves(double metric) const;

  Optimizer* optimizer_;
  PlateauOptions options_;
  double best_;
  std::int64_t bad_steps_ = 0;
  std::int64_t cooldown_left_ = 0;
};

}  // namespace tandem::optim
