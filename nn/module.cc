#include "nn/module.h"

#include <algorithm>
#include <map>

#include "autograd/graph.h"

namespace tandem::nn {
namespace {

/// The entries, but a tensor that several parts share only under the first of its names.
StateDict each_once(const StateDict& all) {
  StateDict once;
  for (const auto& entry : all)
    if (std::none_of(once.begin(), once.end(), [&](const auto& other) { return other.second.is_same(entry.second); }))
      once.push_back(entry);
  return once;
}

}  // namespace

Module::Module(Module& parent, std::string name) : parent_(&parent), name_(std::move(name)) {
  parent.check_name(name_);
  parent.children_.push_back(this);
  training_ = parent.training_;
}

Module::~Module() {
  if (parent_) std::erase(parent_->children_, this);
  for (Module* child : children_) child->parent_ = nullptr;  // members are gone by now, but others may live on
}

void Module::check_name(const std::string& name) const {
  const auto taken = [&](const StateDict& dict) {
    return std::any_of(dict.begin(), dict.end(), [&](const auto& entry) { return entry.first == name; });
  };
  const bool used = taken(parameters_) || taken(buffers_) ||
                    std::any_of(children_.begin(), children_.end(), [&](Module* m) { return m->name_ == name; });
  if (name.empty() || name.find('.') != std::string::npos || used)
    throw_value_error(
        "module", "\"" + name + "\" cannot be the name of a part" + (used ? ": it is taken" : ""),
        used ? "names are unique within a module; a part that is to be replaced goes first, as with reset()"
             : "names are not empty, and without dots");
}

std::string Module::path() const {
  const std::string outer = parent_ ? parent_->path() : "";
  return outer.empty() ? name_ : outer + "." + name_;
}

Parameter Module::parameter(std::string name, Tensor initial) {
  check_name(name);
  require_defined("parameter", {{name.c_str(), initial}});
  if (!initial.is_frozen()) initial.requires_grad_();
  return Parameter(parameters_.emplace_back(std::move(name), std::move(initial)).second);
}

Parameter Module::buffer(std::string name, Tensor initial) {
  check_name(name);
  require_defined("buffer", {{name.c_str(), initial}});
  return Parameter(buffers_.emplace_back(std::move(name), std::move(initial)).second);
}

void Module::collect(const std::string& prefix, const StateDict Module::*member, StateDict& into) const {
  for (const auto& [name, tensor] : this->*member) into.emplace_back(prefix + name, tensor);
  for (const Module* child : children_) child->collect(prefix + child->name_ + ".", member, into);
}

StateDict Module::named_parameters() const {
  StateDict all;
  collect("", &Module::parameters_, all);
  return each_once(all);
}

StateDict Module::named_buffers() const {
  StateDict all;
  collect("", &Module::buffers_, all);
  return each_once(all);
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> all;
  for (auto& [name, tensor] : named_parameters()) all.push_back(std::move(tensor));
  return all;
}

Index Module::parameter_count() const {
  Index count = 0;
  for (const Tensor& parameter : parameters()) count += parameter.size();
  return count;
}

StateDict Module::state_dict() const {
  StateDict all;
  collect("", &Module::parameters_, all);
  collect("", &Module::buffers_, all);
  return all;
}

Module::LoadResult Module::load_state_dict(const StateDict& state, bool strict) {
  std::map<std::string, Tensor> given;
  for (const auto& [name, tensor] : state) {
    require_defined("load_state_dict", {{name.c_str(), tensor}});
    if (!given.emplace(name, tensor).second) throw_value_error("load_state_dict", "\"" + name + "\" comes twice");
  }
  std::vector<std::pair<Tensor, Tensor>> copies;  // checked first, so that an error changes nothing
  LoadResult result;
  std::string differences;
  for (auto& [name, target] : state_dict()) {
    const auto found = given.find(name);
    if (found == given.end()) {
      result.missing.push_back(name);
      differences += "\n  missing: " + name + " " + to_string(target.shape());
      continue;
    }
    if (!(found->second.shape() == target.shape()))
      throw ShapeError("load_state_dict: " + name + " is " + to_string(found->second.shape()) +
                       " but the module's is " + to_string(target.shape()) +
                       "\n  hint: the state was saved from a model of other sizes");
    copies.emplace_back(target, found->second);
    given.erase(found);
  }
  for (const auto& [name, tensor] : given) {
    result.unexpected.push_back(name);
    differences += "\n  unexpected: " + name + " " + to_string(tensor.shape());
  }
  if (strict && !differences.empty()) throw ValueError("load_state_dict: the names do not match" + differences);
  const NoGrad no_grad;
  for (auto& [target, source] : copies) target.copy_(source);
  return result;
}

void Module::train(bool training) {
  training_ = training;
  for (Module* child : children_) child->train(training);
}

Evaluating::Evaluating(Module& module) : module_(module) {
  note(module);
  for (const auto& [part, was_training] : modes_)
    if (was_training) part->training_ = false;
}

Evaluating::~Evaluating() { restore(module_, module_.training_); }

void Evaluating::note(Module& part) {
  modes_.emplace_back(&part, part.training_);
  for (Module* const child : part.children_) note(*child);
}

void Evaluating::restore(Module& part, bool mode_of_parent) {
  const auto noted =
      std::find_if(modes_.begin(), modes_.end(), [&](const auto& entry) { return entry.first == &part; });
  const bool mode = noted == modes_.end() ? mode_of_parent : noted->second;
  if (part.training_ != mode) part.training_ = mode;
  for (Module* const child : part.children_) restore(*child, mode);
}

void Call::Watcher::note(const Module& module, const Shape& shape) {
  outputs_.push_back({module.path(), module.describe(), shape, module.parameter_count()});
}

void Module::to(DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError("Module::to: " + std::string(name_of(dtype)) + "\n  rule: parameters are float32 or float64");
  for (auto& [name, tensor] : state_dict())
    if (is_floating(tensor.dtype()) && tensor.dtype() != dtype) tensor.set_data(tensor.detach().to(dtype));
}

void Module::freeze(bool frozen) {
  for (Tensor& parameter : parameters()) parameter.requires_grad_(!frozen);
}

void Module::zero_grad() {
  for (auto& [name, parameter] : parameters_) parameter.zero_grad();
  for (Module* child : children_) child->zero_grad();
}

}  // namespace tandem::nn
