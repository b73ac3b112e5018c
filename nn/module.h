#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/context.h"
#include "autograd/tensor.h"
#include "nn/state_dict.h"

namespace tandem::nn {

/// A tensor that a module has registered, as a parameter or as a buffer. Assigning another tensor does not compile,
/// since the module would keep the old one. With NoGrad, `weight.copy_(x)` gives it other values;
/// `parameter("weight", other.weight)` shares it with another module from the start.
class Parameter : public Tensor {
 public:
  /// No tensor, as for the bias of a layer without one.
  Parameter() = default;
  Parameter(const Parameter&) = default;
  Parameter& operator=(const Parameter&) = delete;

 private:
  friend class Module;
  explicit Parameter(Tensor tensor) : Tensor(std::move(tensor)) {}
};

/// Something with parameters. A module is a plain struct; its members register themselves with it:
///
///     struct Classifier : nn::Module {
///       nn::Linear hidden{*this, "hidden", 784, 256};
///       nn::Linear output{*this, "output", 256, 10};
///       Tensor operator()(const Tensor& x) { return output(relu(hidden(x))); }
///     };
///
/// and named_parameters() gives hidden.weight, hidden.bias, output.weight, output.bias. A part that is not given its
/// parent, as in `nn::Linear hidden{784, 256}`, is a module of its own: neither trained nor saved with this one. A
/// module that is to be part of another inherits the constructors: `using nn::Module::Module;`. Modules are neither
/// copied nor moved; a list of them is a std::vector<std::unique_ptr<nn::Linear>>.
class Module : public Context {
 public:
  Module() = default;
  /// A part of `parent`, under a name that is unique there.  @throws ValueError if it is empty, taken or has a dot
  Module(Module& parent, std::string name);
  ~Module() override;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// Own parameters first, then those of the parts, in order of declaration. A shared one is listed once.
  std::vector<Tensor> parameters() const;
  /// The same with their names; a shared one is listed under the first of its names.
  StateDict named_parameters() const;
  /// Tensors that are saved but not trained, such as running statistics; a shared one is listed once here too.
  StateDict named_buffers() const;
  /// Number of elements in all parameters, frozen ones included.
  Index parameter_count() const;

  /// Names that load_state_dict() found in the module only, and in the state only.
  struct LoadResult {
    std::vector<std::string> missing, unexpected;
  };
  /// All parameters and buffers, a shared one under each of its names; the tensors share memory with the module.
  StateDict state_dict() const;
  /// Copies the values in, converting their type if need be.
  /// @param strict  refuse missing and unexpected names; else they are skipped, and returned
  /// @throws ValueError that lists these names, or for a name that occurs twice; ShapeError; nothing is then changed
  LoadResult load_state_dict(const StateDict& state, bool strict = true);

  /// Training mode (dropout on) or evaluation mode, for this module and all its parts.
  void train(bool training = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  /// Converts all floating parameters and buffers to float32 or float64. One whose type changes keeps its hooks, but
  /// not its gradient. Make optimisers afterwards.
  void to(DType dtype);
  /// Excludes all parameters from training, or includes them again.
  void freeze(bool frozen = true);
  virtual void zero_grad();

  const std::string& name() const { return name_; }
  /// Names from the outermost module to this one, joined by dots; empty for the outermost.
  std::string path() const override;
  /// One line for summary() and error hints, such as "Linear(784 -> 256)".
  virtual std::string describe() const { return "Module"; }
  const std::vector<Module*>& children() const { return children_; }

 protected:
  /// Registers a parameter and returns it: `nn::Parameter weight{parameter("weight", initial)}`. It is trained unless
  /// it was frozen, as one that is shared with another module can be.
  /// @throws ValueError for a name that is empty, taken or has a dot; GraphError if the tensor is undefined
  Parameter parameter(std::string name, Tensor initial);
  /// The same for a tensor that is saved but not trained.
  Parameter buffer(std::string name, Tensor initial);

 private:
  friend class Evaluating;
  void check_name(const std::string& name) const;
  void collect(const std::string& prefix, const StateDict Module::*member, StateDict& into) const;

  Module* parent_ = nullptr;
  std::string name_;
  std::vector<Module*> children_;
  StateDict parameters_, buffers_;
  bool training_ = true;
};

/// Evaluation mode while this object lives; afterwards each part of the module is back in its former mode. A module
/// that is in evaluation mode already is not written to, so that several threads may evaluate it at the same time.
class Evaluating {
 public:
  [[nodiscard]] explicit Evaluating(Module& module);
  ~Evaluating();
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  void note(Module& part);
  /// Walks the parts that are there now. One that was not, in place of another perhaps, gets the mode of its parent.
  void restore(Module& part, bool mode_of_parent);

  Module& module_;
  std::vector<std::pair<Module*, bool>> modes_;  ///< whether each part was in training mode
};

/// A module that maps one tensor to one tensor, and so fits into a Sequential. It takes its argument by value, so that
/// an op may overwrite a tensor that nobody else holds.
class Layer : public Module {
 public:
  using Module::Module;
  virtual Tensor operator()(Tensor x) = 0;
};

/// Marks a layer as running, for errors and the NaN guard, and reports its output to the Watcher, if there is one:
///
///     Tensor Linear::operator()(Tensor x) { return Call(*this).result(linear(x, weight, bias)); }
class Call {
 public:
  [[nodiscard]] explicit Call(const Module& module) : module_(module), scope_(module) {}
  Tensor result(Tensor y) const {
    if (watcher_) [[unlikely]]
      watcher_->note(module_, y.shape());
    return y;
  }

  /// While it lives, records which modules were called on this thread and the shapes of their outputs. Modules may be
  /// gone afterwards, such as a layer that a forward function made for itself.
  class Watcher {
   public:
    struct Output {
      std::string path, description;
      Shape shape;
      Index parameters;
    };
    [[nodiscard]] Watcher() : outer_(watcher_) { watcher_ = this; }
    ~Watcher() { watcher_ = outer_; }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    const std::vector<Output>& outputs() const { return outputs_; }

   private:
    friend class Call;
    void note(const Module& module, const Shape& shape);

    std::vector<Output> outputs_;
    Watcher* outer_;
  };

 private:
  const Module& module_;
  ContextScope scope_;
  static inline thread_local Watcher* watcher_ = nullptr;
};

}  // namespace tandem::nn
