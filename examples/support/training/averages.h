#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "nn/optim/averaging.h"

namespace tandem::examples {

/// The averages of the weights that --average asks for: the averages are tested and saved, while training goes on with
/// the weights. With a decay of 0 there are no averages, and the weights are used throughout.
class Averages {
 public:
  Averages(std::vector<Tensor> parameters, double decay) {
    if (decay > 0) average_.emplace(std::move(parameters), decay);
  }

  /// After each step of training.
  void update() {
    if (average_) average_->update();
  }
  /// test() with the averages in place of the weights.
  template <class Test>
  auto during(Test&& test) {
    if (!average_) return test();
    const auto scope = average_->applied();
    return test();
  }
  /// Makes the averages the model's weights for good, at the end.
  void replace_weights() {
    if (average_) average_->swap();
  }

  /// What a checkpoint holds of them; empty if there are none.
  StateDict state_dict() const { return average_ ? average_->state_dict() : StateDict(); }
  void load_state_dict(const StateDict& state) {
    if (average_) average_->load_state_dict(state);
  }

 private:
  std::optional<optim::WeightAverage> average_;
};

}  // namespace tandem::examples
