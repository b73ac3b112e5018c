#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autograd/tensor.h"
#include "nn/optim/flat_group.h"
#include "nn/optim/state.h"

namespace tandem::optim {

/// The numbers among the options of a group, by name: what schedules change and checkpoints keep.
using Settings = std::vector<std::pair<std::string_view, double*>>;

/// Parameters that share their options:
///
///     optim::Adam optimizer({{encoder.parameters(), {.lr = 1e-4}}, {decoder.parameters(), {.lr = 1e-3}}});
template <class Options>
struct Group {
  std::vector<Tensor> parameters;
  Options options = {};
};

/// Updates parameters by their gradients. What an optimiser does is in its `update`; this class keeps the groups and
/// their state.
///
/// A step is one pass over weights, gradients and moments, and its result does not depend on the number of
/// threads. A parameter without a gradient is left alone, its moments and step count too.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Changes all parameters that have a gradient.
  /// @throws DTypeError if the parameters were converted to another type since the optimiser was made; nothing is then
  ///         changed
  void step();
  /// Forgets all gradients.
  void zero_grad();

  /// "Adam" and the like, as errors show it.
  const std::string& name() const { return name_; }
  std::size_t group_count() const { return groups_.size(); }
  /// Those of all groups, in order.
  std::vector<Tensor> parameters() const;
  /// @throws ValueError if there is no such group
  const std::vector<Tensor>& parameters(std::size_t group) const;

  /// Learning rate: the size of a step.  @throws ValueError if there is no such group
  double lr(std::size_t group = 0) const;
  /// @throws ValueError unless lr is a number >= 0 and there is such a group
  void set_lr(std::size_t group, double lr);
  /// The same for all groups.
  void set_lr(double lr);

  /// Share of the last direction that a step keeps: the option `momentum`, or `beta1` where there is none.
  /// @throws ValueError if there is no such group, or it has neither option
  double momentum(std::size_t group = 0) const;
  /// @throws ValueError unless it lies in [0, 1), and as momentum() does
  void set_momentum(std::size_t group, double momentum);

  /// A copy of all that a resumed run needs to continue bit for bit:
  ///
  ///     group.0.lr    each number among the options of group 0                 float64 scalar
  ///     step.3        how many steps have changed the moments of parameter 3   int64 scalar
  ///     exp_avg.3     a moment of parameter 3, by PyTorch's name for it        like the parameter
  ///
  /// Parameters are numbered through all groups. A kind of moment that no step has used yet is absent. Flags, such as
  /// `nesterov`, are not part of the state: the program that resumes sets them as before.
  StateDict state_dict() const;
  /// Restores such a state, options included.
  /// @throws ValueError, ShapeError or DTypeError if it does not fit; the optimiser is then unchanged
  void load_state_dict(const StateDict& state);

 protected:
  /// @param moments  names of the kinds of moments, in the order in which `update` numbers them
  Optimizer(std::string name, std::vector<const char*> moments);

  /// @param settings  point into the options of the group
  /// @throws ValueError if a parameter is undefined, is not a leaf or is in a group already; DTypeError unless all are
  ///         float32 or all are float64. One that needs no gradient is left alone for as long as it has none.
  void add_group(std::vector<Tensor> parameters, Settings settings);

  /// @throws ValueError if the options of a group make no sense
  virtual void check_options() const = 0;

  /// One step of one group.
  virtual void update(std::size_t index, FlatGroup& group) = 0;

 private:
  struct Entry {
    FlatGroup flat;
    Settings settings;
  };
  const Entry& entry(std::size_t group) const;
  /// The option that has one of these names.
  double& setting(std::size_t group, std::initializer_list<std::string_view> names) const;

  std::string name_;
  std::vector<const char*> moments_;
  std::vector<Entry> groups_;
};

/// An optimiser with options of one type. `Options` has check(name), which throws ValueError if they make no sense, and
/// settings().
template <class Options>
class OptimizerWith : public Optimizer {
 public:
  /// The options of a group; they may be changed between steps, and are not checked again.
  /// @throws ValueError if there is no such group
  Options& options(std::size_t group = 0) {
    parameters(group);  // throws if there is no such group
    return options_[group];
  }

 protected:
  OptimizerWith(const char* name, std::vector<Group<Options>> groups, std::vector<const char*> moments)
      : Optimizer(name, std::move(moments)) {
    if (groups.empty()) throw_value_error(name, "there are no groups of parameters");
    options_.reserve(groups.size());  // the settings point into it
    for (Group<Options>& group : groups) {
      group.options.check(name);
      options_.push_back(group.options);
      add_group(std::move(group.parameters), options_.back().settings());
    }
  }

  void check_options() const override {
    for (const Options& options : options_) options.check(name().c_str());
  }

 private:
  std::vector<Options> options_;
};

/// @throws ValueError that names the option, its value and the range, unless `holds`
void require_option(bool holds, const char* optimizer, const char* option, double value, const char* range);
/// The same for options that many optimisers have: lr is a number >= 0, weight_decay at least 0.
void require_lr(const char* optimizer, double lr);
void require_weight_decay(const char* optimizer, double weight_decay);

}  // namespace tandem::optim
