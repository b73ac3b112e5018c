#pragma once

#include <optional>
#include <vector>

#include "nn/optim/state.h"

namespace tandem::optim {

/// A running average of parameters, to evaluate with in place of the latest ones:
///
///     optim::WeightAverage average(model.parameters(), 0.999);
///     optimizer.step(), average.update();                    // while training
///     { const auto scope = average.applied(); evaluate(); }  // within the scope the model has the averages
///
/// Every update moves the average towards the parameters,
///
///     a = a + (w - a) rate,   rate = 1 / t for update number t, or max(1 - decay, 9 / (t + 9))
///
/// where the first update copies them. The first rate gives the mean over all updates; the second forgets: in the long
/// run, the parameters of k updates ago have weight (1 - decay) decay^k. The maximum is for short runs, in which the
/// first parameters would otherwise make up most of the average: up to 9 decay / (1 - decay) updates, the average
/// reaches back over a ninth of them.
///
/// Only parameters are averaged. The running statistics of a BatchNorm1d are buffers and stay those of the last
/// weights, as with PyTorch's AveragedModel by default. Where training ends with small steps they differ little;
/// otherwise a pass over the training data in training mode, with the averages applied, makes new ones.
///
/// Sources: Izmailov et al. 2018, arXiv:1803.05407, algorithm 1 (equal weights); Tarvainen & Valpola 2017,
/// arXiv:1703.01780, equation 1 (exponential); the maximum as in TensorFlow's ExponentialMovingAverage.
class WeightAverage {
 public:
  /// The mean of the parameters at all updates.
  /// @throws DTypeError if a parameter is not floating, ValueError if one is listed twice
  explicit WeightAverage(std::vector<Tensor> parameters);
  /// The exponential average.  @throws ValueError unless decay lies in [0, 1]
  WeightAverage(std::vector<Tensor> parameters, double decay);

  /// Updates the average with the current parameters.
  /// @throws ValueError while the averages are applied, DTypeError if a parameter was converted to another type; then
  ///         nothing is changed
  void update();
  /// How often update() was called.
  std::int64_t updates() const { return updates_; }
  /// The averages, in the order of the parameters; before the first update, the parameters at construction.
  /// While the averages are applied, the parameters that they stand in for.
  const std::vector<Tensor>& averages() const { return averages_; }

  /// Exchanges the values of parameters and averages; a second call undoes the first. Before the first update there is
  /// nothing to exchange, and the parameters stay.
  /// @throws DTypeError if a parameter was converted to another type; nothing is then changed
  void swap();
  /// Swaps back at its end. Do not convert the model to another type meanwhile: it could not be swapped back, so the
  /// averages would stay applied, and update() would throw.
  class Scope {
   public:
    explicit Scope(WeightAverage& average) : average_(average) { average_.swap(); }
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    WeightAverage& average_;
  };
  /// @throws ValueError while the averages are applied
  [[nodiscard]] Scope applied() {
    require_not_applied("WeightAverage::applied");
    return Scope(*this);
  }

  /// A copy of the averages, `average.0` and so on, and of the number of updates.
  /// @throws ValueError while the averages are applied
  StateDict state_dict() const;
  /// @throws ValueError while the averages are applied; ValueError, ShapeError or DTypeError if the state does not fit;
  ///         nothing is then changed
  void load_state_dict(const StateDict& state);

 private:
  void require_not_applied(const char* operation) const;
  void require_same_types(const char* operation) const;

  std::vector<Tensor> parameters_;
  std::vector<Tensor> averages_;
  std::optional<double> decay_;
  std::int64_t updates_ = 0;
  bool applied_ = false;
};

}  // namespace tandem::optim
