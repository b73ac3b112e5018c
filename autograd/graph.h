#pragma once

#include <array>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/node.h"

namespace tandem {

namespace detail {
inline constinit thread_local bool grad_mode = true;
}  // namespace detail

/// Whether operations on this thread are recorded: by default yes, else as the innermost GradMode says.
inline bool grad_enabled() { return detail::grad_mode; }

/// Sets whether operations on this thread are recorded, until its scope ends.
class GradMode {
 public:
  [[nodiscard]] explicit GradMode(bool enabled) : outer_(std::exchange(detail::grad_mode, enabled)) {}
  ~GradMode() { detail::grad_mode = outer_; }
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool outer_;
};
/// Records nothing until its scope ends.
struct NoGrad : GradMode {
  [[nodiscard]] NoGrad() : GradMode(false) {}
};

/// While it lives, nodes made on this thread note the module that made them, for to_dot().
class GraphNames {
 public:
  [[nodiscard]] GraphNames();
  ~GraphNames();
  GraphNames(const GraphNames&) = delete;
  GraphNames& operator=(const GraphNames&) = delete;
};

// ---------------------------------------------------------------------------------------------------------
// Writing an op. Compute the output, then record how the gradient of each input follows from it:
//
//     Tensor multiply(const Tensor& a, const Tensor& b) {
//       return record("multiply", {a, b}, map("multiply", a, b, [](auto u, auto v) { return u * v; }),
//                     [b = Saved(b), s = a.shape()](const Tensor& dy) { return sum_to(dy * *b, s); },
//                     [a = Saved(a), s = b.shape()](const Tensor& dy) { return sum_to(dy * *a, s); });
//     }
//
// where sum_to() is for an operand that was broadcast: its gradient has its own shape. One function per input; it is
// called only if that input needs a gradient, and what it captured is dropped at once if not. A gradient that needs
// the output takes it as its first argument, (y, dy), and must not capture it: the node would keep itself alive. One
// that takes dy by value may move it into an op that then writes over it, as relu's does. Gradients are themselves
// made of ops, so that higher derivatives follow.

/// An input of an op, as the graph sees it: its node if it needs a gradient.
struct Parent {
  Pointer<Node> node;
  Parent(const Tensor& x) {
    if (x.requires_grad() && grad_enabled()) node = x.node();
  }
};

/// A tensor captured for the gradient. Reading it throws if it has since been modified in place, or given other numbers
/// by set_data().
class Saved {
 public:
  explicit Saved(Tensor tensor)
      : tensor_(std::move(tensor)), exchanges_(tensor_.exchanges()), version_(tensor_.version()) {}
  bool unchanged() const { return tensor_.exchanges() == exchanges_ && tensor_.version() == version_; }
  const Tensor& operator*() const {
    if (!unchanged()) [[unlikely]]
      throw_modified();
    return tensor_;
  }
  const Tensor* operator->() const { return &**this; }

 private:
  [[noreturn]] void throw_modified() const;
  Tensor tensor_;
  std::uint64_t exchanges_, version_;
};

namespace detail {

template <class F>
inline constexpr bool takes_output = std::is_invocable_v<const F&, const Tensor&, const Tensor&>;

/// The output of an op as its own gradient sees it: without the node, which would be a cycle.
class SavedOutput {
 public:
  SavedOutput() = default;
  explicit SavedOutput(const Tensor& y) : saved_(y.detach()) {}
  /// y; back in the graph if the gradient is itself being recorded.
  Tensor unpack(Node& node) const;
  void reset() { saved_.reset(); }

 private:
  std::optional<Saved> saved_;
};

template <std::size_t N, class... Gradients>
class OpNode final : public Node {
  static_assert(N == sizeof...(Gradients), "an op has one gradient function for each input");

 public:
  OpNode(const char* name, const Tensor& y, const Parent (&parents)[N], Gradients&&... gradients)
      : Node(name, y.shape(), y.dtype()), gradients_(std::move(gradients)...) {
    for (std::size_t i = 0; i < N; ++i) inputs_[i] = parents[i].node;
    bool saves_output = false;
    each([&](std::size_t i, auto& gradient) {
      using Gradient = typename std::remove_reference_t<decltype(gradient)>::value_type;
      if (!inputs_[i]) gradient.reset();
      else saves_output |= takes_output<Gradient>;
    });
    if (saves_output) output_ = SavedOutput(y);
  }

  std::span<const Pointer<Node>> inputs() const override { return {inputs_.data(), N}; }
  bool graph_freed() const override { return freed_; }

  Tensor gradient(std::size_t input, Tensor dy) override {
    Tensor dx;
    each([&](std::size_t i, const auto& gradient) {
      using Gradient = typename std::remove_cvref_t<decltype(gradient)>::value_type;
      if (i != input) return;
      if constexpr (takes_output<Gradient>) dx = (*gradient)(output_.unpack(*this), std::move(dy));
      else dx = (*gradient)(std::move(dy));
    });
    return dx;
  }

  void free_graph() override {
    freed_ = true;
    each([](std::size_t, auto& gradient) { gradient.reset(); });
    output_.reset();
  }

 private:
  template <class F>
  void each(F f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (f(I, std::get<I>(gradients_)), ...); }
    (std::make_index_sequence<N>{});
  }

  std::array<Pointer<Node>, N> inputs_;
  std::tuple<std::optional<Gradients>...> gradients_;
  SavedOutput output_;
  bool freed_ = false;
};

/// An op with any number of inputs of one kind: gradient(i, dy).
template <class Gradient>
class ListNode final : public Node {
 public:
  ListNode(const char* name, const Tensor& y, std::vector<Pointer<Node>> inputs, Gradient&& gradient)
      : Node(name, y.shape(), y.dtype()), inputs_(std::move(inputs)), gradient_(std::move(gradient)) {}
  std::span<const Pointer<Node>> inputs() const override { return inputs_; }
  bool graph_freed() const override { return !gradient_; }
  Tensor gradient(std::size_t input, Tensor dy) override { return (*gradient_)(input, std::move(dy)); }
  void free_graph() override { gradient_.reset(); }

 private:
  std::vector<Pointer<Node>> inputs_;
  std::optional<Gradient> gradient_;
};

/// Ends every op: a NanGuard checks the output, a Profiler takes the time.
void finish(const char* name, const Tensor& y);
[[noreturn]] void throw_in_graph(const char* name);

/// Makes y the result of the op `node`. Other handles to the same tensor, such as that of an input which the op
/// returns, stay as they are.
inline void enter(Tensor& y, Pointer<Node> node) {
  if (!y.is_sole_handle()) [[unlikely]]
    y = y.detach();
  y.set_node(std::move(node));
}

}  // namespace detail

/// Enters `y`, freshly made, into the graph as the result of the op `name`, if any input needs a gradient.
/// @param name  a string literal, since it is not copied
/// @throws GraphError if y is in the graph already, as an input that requires a gradient is
template <std::size_t N, class... Gradients>
[[nodiscard]] Tensor record(const char* name, const Parent (&parents)[N], Tensor y, Gradients... gradients) {
  if (y.requires_grad()) [[unlikely]]
    detail::throw_in_graph(name);
  bool wanted = false;
  for (const Parent& parent : parents) wanted |= static_cast<bool>(parent.node);
  if (wanted) detail::enter(y, new detail::OpNode<N, Gradients...>(name, y, parents, std::move(gradients)...));
  detail::finish(name, y);
  return y;
}

/// The same for ops with a list of inputs, such as concat: one function gradient(i, dy) for all of them. `name` is a
/// string literal here too.
template <class Gradient>
[[nodiscard]] Tensor record_list(const char* name, std::span<const Tensor> inputs, Tensor y, Gradient gradient) {
  if (y.requires_grad()) [[unlikely]]
    detail::throw_in_graph(name);
  std::vector<Pointer<Node>> nodes;
  bool wanted = false;
  for (const Tensor& x : inputs) {
    nodes.push_back(Parent(x).node);
    wanted |= static_cast<bool>(nodes.back());
  }
  if (wanted) detail::enter(y, new detail::ListNode<Gradient>(name, y, std::move(nodes), std::move(gradient)));
  detail::finish(name, y);
  return y;
}

/// Returns `y`, freshly made while nothing is recorded, as the result of the op `name`. Spares frequent ops the
/// captures of their gradient functions.
inline Tensor not_recorded(const char* name, Tensor y) {
  detail::finish(name, y);
  return y;
}

}  // namespace tandem
