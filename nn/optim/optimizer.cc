#include "nn/optim/optimizer.h"

#include <algorithm>
#include <cmath>

#include "autograd/profile.h"

namespace tandem::optim {
namespace {

std::string setting_name(std::size_t group, std::string_view name) {
  return "group." + std::to_string(group) + "." + std::string(name);
}
std::string state_name(const char* kind, std::size_t parameter) {
  return std::string(kind) + "." + std::to_string(parameter);
}

}  // namespace

Optimizer::Optimizer(std::string name, std::vector<const char*> moments)
    : name_(std::move(name)), moments_(std::move(moments)) {}

void Optimizer::add_group(std::vector<Tensor> parameters, Settings settings) {
  const std::string group = groups_.empty() ? "" : " of group " + std::to_string(groups_.size());
  if (parameters.empty())
    throw_value_error(
        name_, "the list of parameters" + group + " is empty",
        "parts of a model are registered by naming their parent: nn::Linear hidden{*this, \"hidden\", 3, 5}");
  const auto taken = [&](const Tensor& x, std::size_t before) {
    for (const Entry& other : groups_)
      for (const Tensor& parameter : other.flat.parameters())
        if (parameter.is_same(x)) return true;
    for (std::size_t i = 0; i < before; ++i)
      if (parameters[i].is_same(x)) return true;
    return false;
  };
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Tensor& x = parameters[i];
    const std::string who = "parameter " + std::to_string(i) + group;
    if (!x.defined()) throw_value_error(name_, who + " is undefined");
    const std::string which = who + ", of shape " + to_string(x.shape()) + ",";
    if (!x.is_leaf())
      throw_value_error(name_, which + " is the result of an operation",
                        "only leaves keep a gradient: detach() it and call requires_grad_()");
    if (taken(x, i)) throw_value_error(name_, which + " is listed twice", "a parameter belongs to one group, once");
  }
  groups_.push_back({FlatGroup(std::move(parameters), moments_.size()), std::move(settings)});
}

void Optimizer::step() {
  const ProfileScope profile("optimizer step");
  for (const Entry& group : groups_) group.flat.check_types();
  for (std::size_t i = 0; i < groups_.size(); ++i) update(i, groups_[i].flat);
}

void Optimizer::zero_grad() {
  for (const Entry& group : groups_)
    for (Tensor parameter : group.flat.parameters()) parameter.zero_grad();
}

const Optimizer::Entry& Optimizer::entry(std::size_t group) const {
  if (group >= groups_.size())
    throw_value_error(name_, "there is no group " + std::to_string(group),
                      "groups are counted from 0, and there are " + std::to_string(groups_.size()));
  return groups_[group];
}

std::vector<Tensor> Optimizer::parameters() const {
  std::vector<Tensor> all;
  for (const Entry& group : groups_)
    all.insert(all.end(), group.flat.parameters().begin(), group.flat.parameters().end());
  return all;
}

const std::vector<Tensor>& Optimizer::parameters(std::size_t group) const { return entry(group).flat.parameters(); }

double& Optimizer::setting(std::size_t group, std::initializer_list<std::string_view> names) const {
  for (const auto& [name, value] : entry(group).settings)
    if (std::find(names.begin(), names.end(), name) != names.end()) return *value;
  throw_value_error(name_, "has no option " + std::string(*names.begin()));
}

double Optimizer::lr(std::size_t group) const { return setting(group, {"lr"}); }

void Optimizer::set_lr(std::size_t group, double lr) {
  require_lr(name_.c_str(), lr);
  setting(group, {"lr"}) = lr;
}

void Optimizer::set_lr(double lr) {
  for (std::size_t i = 0; i < groups_.size(); ++i) set_lr(i, lr);
}

double Optimizer::momentum(std::size_t group) const { return setting(group, {"momentum", "beta1"}); }

void Optimizer::set_momentum(std::size_t group, double momentum) {
  require_option(momentum >= 0 && momentum < 1, name_.c_str(), "momentum", momentum, "in [0, 1)");
  setting(group, {"momentum", "beta1"}) = momentum;
}

StateDict Optimizer::state_dict() const {
  StateDict state;
  std::size_t first = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const FlatGroup& flat = groups_[g].flat;
    for (const auto& [name, value] : groups_[g].settings)
      state.emplace_back(setting_name(g, name), detail::state_number(*value));
    for (std::size_t i = 0; i < flat.parameters().size(); ++i) {
      state.emplace_back(state_name("step", first + i), detail::state_count(flat.steps(i)));
      for (std::size_t kind = 0; kind < moments_.size(); ++kind)
        if (flat.has_moment(kind))
          state.emplace_back(state_name(moments_[kind], first + i), flat.moment(kind, i).clone());
    }
    first += flat.parameters().size();
  }
  return state;
}

void Optimizer::load_state_dict(const StateDict& state) {
  // Everything is read, and so checked, into copies, which then replace the old state.
  detail::StateReader reader(name_, state);
  std::vector<std::pair<double*, double>> settings;
  std::vector<FlatGroup> loaded;
  std::size_t first = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (const auto& [name, value] : groups_[g].settings)
      settings.emplace_back(value, reader.number(setting_name(g, name)));
    const std::vector<Tensor>& parameters = groups_[g].flat.parameters();
    FlatGroup& flat = loaded.emplace_back(parameters, moments_.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      flat.set_steps(i, reader.count(state_name("step", first + i)));
      for (std::size_t kind = 0; kind < moments_.size(); ++kind)
        if (reader.has(state_name(moments_[kind], first))) {
          flat.buffer(kind);
          flat.moment(kind, i).copy_(
              reader.tensor(state_name(moments_[kind], first + i), parameters[i].shape(), flat.dtype()));
        }
    }
    first += parameters.size();
  }
  reader.finish();

  const auto exchange = [&settings] {
    for (auto& [value, other] : settings) std::swap(*value, other);
  };
  exchange();
  try {
    check_options();
  } catch (...) {
    exchange();
    throw;
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) groups_[g].flat = std::move(loaded[g]);
}

void require_option(bool holds, const char* optimizer, const char* option, double value, const char* range) {
  if (holds) return;
  throw_value_error(optimizer, std::string(option) + " is " + to_text(value), std::string(option) + " is " + range);
}

void require_lr(const char* optimizer, double lr) {
  require_option(lr >= 0 && std::isfinite(lr), optimizer, "lr", lr, "a number >= 0");
}

void require_weight_decay(const char* optimizer, double weight_decay) {
  require_option(weight_decay >= 0, optimizer, "weight_decay", weight_decay, "at least 0");
}

}  // namespace tandem::optim
