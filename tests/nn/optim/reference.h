#pragma once

#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autograd/create.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/matmul.h"
#include "nn/optim/adam.h"
#include "nn/optim/rmsprop.h"
#include "nn/optim/schedule.h"
#include "nn/optim/sgd.h"

// What the tests against PyTorch's tables have in common; the tables are made by
// tests/reference/make_optim.py.

namespace tandem::test {

using Json = nlohmann::json;

inline const Json& optim_reference() {
  static const Json tables = [] {
    Json all = Json::parse(std::ifstream(TANDEM_SOURCE_DIR "/tests/reference/optim.json"));
    for (const char* name : {"optimizers", "schedules", "plateaus"})
      if (!all.contains(name) || all[name].empty()) throw std::runtime_error(std::string("optim.json has no ") + name);
    return all;
  }();
  return tables;
}

/// Largest |ours - theirs| / |theirs| of two lists; infinite if their lengths differ, they are empty, or an element of
/// either is NaN.
inline double worst_relative_error(const std::vector<double>& ours, const std::vector<double>& theirs) {
  if (ours.size() != theirs.size() || ours.empty()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (std::isnan(ours[i]) || std::isnan(theirs[i])) return INFINITY;
    if (ours[i] != theirs[i]) worst = std::max(worst, std::abs(ours[i] - theirs[i]) / std::abs(theirs[i]));
  }
  return worst;
}

/// The network of the tables: loss of tanh(x w1^T + b1) w2^T + b2.
struct Problem {
  Tensor x, target;
  std::vector<Tensor> parameters;

  Problem() {
    const Json& given = optim_reference()["problem"];
    const auto read = [](const Json& numbers, const Shape& shape) {
      return tensor(numbers.get<std::vector<double>>(), shape);
    };
    x = read(given["x"], {7, 3});
    target = read(given["target"], {7, 2});
    const Shape shapes[] = {{5, 3}, {5}, {2, 5}, {2}};
    for (std::size_t i = 0; i < 4; ++i) parameters.push_back(read(given["parameters"][i], shapes[i]).requires_grad_());
  }

  Tensor loss() const {
    return mse(linear(tanh(linear(x, parameters[0], parameters[1])), parameters[2], parameters[3]), target);
  }
};

/// All elements of all tensors.
inline std::vector<double> flat(const std::vector<Tensor>& tensors) {
  std::vector<double> all;
  for (const Tensor& x : tensors)
    for (const double value : x.to_vector<double>()) all.push_back(value);
  return all;
}

/// Options by name, as the tables have them.
template <class Options>
Options options_from(const Json& table) {
  Options options;
  const optim::Settings settings = options.settings();
  for (const auto& [name, value] : table.items()) {
    if (value.is_boolean()) {
      if constexpr (requires { options.nesterov; }) options.nesterov = value;
      if constexpr (requires { options.centered; }) options.centered = value;
      continue;
    }
    const auto found =
        std::find_if(settings.begin(), settings.end(), [&, key = name](const auto& s) { return key == s.first; });
    if (found == settings.end()) throw std::runtime_error("the table has an unknown option " + name);
    *found->second = value;
  }
  return options;
}

template <class T, class Options>
std::unique_ptr<optim::Optimizer> make_optimizer(const std::vector<Tensor>& parameters, const Json& entry) {
  Json options = entry["options"];
  if (!options.contains("lr")) options["lr"] = 1e-3;
  if (!entry.contains("second_group")) return std::make_unique<T>(parameters, options_from<Options>(options));
  Json second = entry["second_group"];
  if (!second.contains("lr")) second["lr"] = 1e-3;
  const auto middle = parameters.begin() + static_cast<std::ptrdiff_t>(parameters.size() / 2);
  return std::make_unique<T>(
      std::vector<optim::Group<Options>>{{{parameters.begin(), middle}, options_from<Options>(options)},
                                         {{middle, parameters.end()}, options_from<Options>(second)}});
}

/// The optimiser that an entry of the tables describes, with one group or two.
inline std::unique_ptr<optim::Optimizer> make_optimizer(const std::vector<Tensor>& parameters, const Json& entry) {
  const std::string name = entry["optimizer"];
  if (name == "SGD") return make_optimizer<optim::SGD, optim::SGDOptions>(parameters, entry);
  if (name == "Adam") return make_optimizer<optim::Adam, optim::AdamOptions>(parameters, entry);
  if (name == "AdamW") return make_optimizer<optim::AdamW, optim::AdamWOptions>(parameters, entry);
  return make_optimizer<optim::RMSprop, optim::RMSpropOptions>(parameters, entry);
}

inline optim::OneCycleLR one_cycle_from(const Json& o) {
  optim::OneCycleLR curve{.max_lr = o["max_lr"], .total_steps = o["total_steps"]};
  curve.pct_start = o.value("pct_start", curve.pct_start);
  if (o.value("anneal", "cos") == "linear") curve.anneal = optim::OneCycleLR::Anneal::linear;
  curve.cycle_momentum = o.value("cycle_momentum", curve.cycle_momentum);
  curve.base_momentum = o.value("base_momentum", curve.base_momentum);
  curve.max_momentum = o.value("max_momentum", curve.max_momentum);
  curve.div_factor = o.value("div_factor", curve.div_factor);
  curve.final_div_factor = o.value("final_div_factor", curve.final_div_factor);
  return curve;
}

inline optim::Curve curve_from(const Json& entry) {
  const std::string kind = entry["kind"];
  const Json o = entry.value("options", Json::object());
  if (kind == "StepLR") {
    optim::StepLR curve{.step_size = o["step_size"]};
    curve.gamma = o.value("gamma", curve.gamma);
    return curve;
  }
  if (kind == "LinearLR") {
    optim::LinearLR curve;
    curve.start_factor = o.value("start_factor", curve.start_factor);
    curve.end_factor = o.value("end_factor", curve.end_factor);
    curve.total_iters = o.value("total_iters", curve.total_iters);
    return curve;
  }
  if (kind == "CosineAnnealingLR") {
    optim::CosineAnnealingLR curve{.t_max = o["t_max"]};
    curve.eta_min = o.value("eta_min", curve.eta_min);
    return curve;
  }
  if (kind == "SequentialLR") {
    std::vector<optim::Curve> curves;
    for (const Json& part : entry["curves"]) curves.push_back(curve_from(part));
    return optim::SequentialLR(std::move(curves), entry["milestones"]);
  }
  throw std::runtime_error("the table has an unknown curve " + kind);
}

inline optim::Schedule schedule_from(optim::Optimizer& optimizer, const Json& entry) {
  if (entry["kind"] == "OneCycleLR") return optim::Schedule(optimizer, one_cycle_from(entry["options"]));
  return optim::Schedule(optimizer, curve_from(entry));
}

}  // namespace tandem::test
