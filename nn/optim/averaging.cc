#include "nn/optim/averaging.h"

#include <algorithm>

#include "autograd/map.h"

namespace tandem::optim {

WeightAverage::WeightAverage(std::vector<Tensor> parameters) : parameters_(std::move(parameters)) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    require_floating("WeightAverage", {{"a parameter", parameters_[i]}});
    for (std::size_t j = 0; j < i; ++j)  // swap() would exchange it, and exchange it back
      if (parameters_[j].is_same(parameters_[i]))
        throw_value_error("WeightAverage", "parameter " + std::to_string(i) + " is listed twice",
                          "one that is shared is averaged once");
    averages_.push_back(parameters_[i].clone());
  }
}

WeightAverage::WeightAverage(std::vector<Tensor> parameters, double decay) : WeightAverage(std::move(parameters)) {
  if (!(decay >= 0 && decay <= 1))
    throw_value_error("WeightAverage", "decay is " + to_text(decay), "it lies in [0, 1], near 1");
  decay_ = decay;
}

void WeightAverage::require_not_applied(const char* operation) const {
  if (applied_)
    throw_value_error(operation, "the averages are applied, the parameters are put aside", "swap() back first");
}

void WeightAverage::require_same_types(const char* operation) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].dtype() != averages_[i].dtype())
      throw_dtype_error(operation, "a model is not converted while its weights are averaged",
                        {{"a parameter", parameters_[i]}, {"its average", averages_[i]}});
}

void WeightAverage::update() {
  require_not_applied("WeightAverage::update");
  require_same_types("WeightAverage::update");
  ++updates_;
  const auto t = static_cast<double>(updates_);
  const double rate = decay_ ? std::max(1 - *decay_, 9 / (t + 9)) : 1 / t;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (updates_ == 1) {
      averages_[i].copy_(parameters_[i].detach());
      continue;
    }
    dispatch(averages_[i].dtype(), [&]<class T>(T) {
      T* a = averages_[i].mutable_data<T>();
      kernels::map(
          averages_[i].size(), a, [r = Simd<T>(rate)](auto average, auto w) { return average + (w - average) * r; },
          kernels::Stream<T>{a}, kernels::Stream<T>{parameters_[i].data<T>()});
    });
  }
}

void WeightAverage::swap() {
  if (updates_ > 0) require_same_types("WeightAverage::swap");
  for (std::size_t i = 0; i < parameters_.size() && updates_ > 0; ++i)
    dispatch(averages_[i].dtype(), [&]<class T>(T) {
      T* w = parameters_[i].mutable_data<T>();
      std::swap_ranges(w, w + parameters_[i].size(), averages_[i].mutable_data<T>());
    });
  applied_ = !applied_;
}

WeightAverage::Scope::~Scope() {
  try {
    average_.swap();
  } catch (const DTypeError&) {  // a destructor must not throw; `applied_` tells later calls
  }
}

StateDict WeightAverage::state_dict() const {
  require_not_applied("WeightAverage::state_dict");
  StateDict state{{"updates", detail::state_count(updates_)}};
  for (std::size_t i = 0; i < averages_.size(); ++i)
    state.emplace_back("average." + std::to_string(i), averages_[i].clone());
  return state;
}

void WeightAverage::load_state_dict(const StateDict& state) {
  require_not_applied("WeightAverage::load_state_dict");
  detail::StateReader reader("WeightAverage", state);
  const std::int64_t updates = reader.count("updates");
  std::vector<Tensor> averages;
  for (std::size_t i = 0; i < averages_.size(); ++i)
    averages.push_back(
        reader.tensor("average." + std::to_string(i), averages_[i].shape(), averages_[i].dtype()).clone());
  reader.finish();
  updates_ = updates;
  averages_ = std::move(averages);
}

}  // namespace tandem::optim
