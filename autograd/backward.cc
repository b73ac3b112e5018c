#include "autograd/backward.h"

#include <map>
#include <unordered_set>
#include <vector>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/profile.h"

namespace tandem {

namespace {

/// sum += gradient, in place where nobody can see it.
void accumulate(Tensor& sum, Tensor gradient) {
  if (!grad_enabled() && sum.exclusive()) sum.add_(gradient);
  else if (!grad_enabled() && gradient.exclusive()) sum = std::move(gradient.add_(sum));
  else sum = sum + gradient;
}

/// A node that waits for its visit, with the sum of the gradients that have reached it.
struct Pending {
  Pointer<Node> node;
  Tensor gradient;
};

/// The waiting nodes. The one with the highest number has its complete gradient. The few highest lie in a sorted
/// vector, where most gradients arrive; a tree for all of them takes a twentieth of a small net's step.
class Queue {
 public:
  Queue() { highest_.reserve(limit + 1); }
  bool empty() const { return highest_.empty() && others_.empty(); }

  void send(const Pointer<Node>& node, Tensor gradient) {
    const std::uint64_t number = node->number();
    if (!others_.empty() && number <= others_.begin()->first) {
      Pending& pending = others_[number];
      if (pending.node) accumulate(pending.gradient, std::move(gradient));
      else pending = {node, std::move(gradient)};
      return;
    }
    auto place = highest_.end();
    while (place != highest_.begin() && place[-1].node->number() > number) --place;
    if (place != highest_.begin() && place[-1].node == node) return accumulate(place[-1].gradient, std::move(gradient));
    highest_.insert(place, {node, std::move(gradient)});
    if (highest_.size() <= limit) return;
    const std::uint64_t lowest = highest_.front().node->number();
    others_.emplace_hint(others_.begin(), lowest, std::move(highest_.front()));
    highest_.erase(highest_.begin());
  }

  Pending pop() {
    if (highest_.empty()) return std::move(others_.extract(others_.begin()).mapped());
    Pending last = std::move(highest_.back());
    highest_.pop_back();
    return last;
  }

 private:
  static constexpr std::size_t limit = 16;
  std::vector<Pending, PoolAllocator<Pending>> highest_;  ///< by ascending number, all above those in others_
  std::map<std::uint64_t, Pending, std::greater<>, PoolAllocator<std::pair<const std::uint64_t, Pending>>> others_;
};

Tensor gradient_of(Node& node, std::size_t i, Tensor dy) {
  const NanGuardPause pause;
  const ProfileScope profile(node.name(), true);
  return node.gradient(i, std::move(dy));
}

void check_gradient(const Node& node, std::size_t i, const Tensor& dx) {
  const Node& input = *node.inputs()[i];
  const auto who = [&] { return "gradient of " + std::string(node.name()) + " for input " + std::to_string(i); };
  if (!dx.defined()) throw_graph_error(who(), "the gradient function returned an undefined tensor");
  if (!(dx.shape() == input.shape()))
    throw_shape_error(who() + ": is " + to_string(dx.shape()) + " but the input is " + to_string(input.shape()),
                      "a gradient has the shape of its input", {});
  if (dx.dtype() != input.dtype())
    throw_dtype_error(
        who() + ": is " + std::string(name_of(dx.dtype())) + " but the input is " + std::string(name_of(input.dtype())),
        {}, {});
  if (detail::nan_guards > 0 && !all_finite(dx)) {
    const std::string module = node.module();
    throw NotFiniteError(who() + ": holds a NaN or an infinity" + (module.empty() ? "" : "\n  in module: " + module));
  }
}

/// Adds a gradient to the grad of a node that keeps one. The first is taken as it is if nobody else holds it, else
/// copied: two nodes must not share the memory, since grads are added to in place.
void keep(Node& node, Tensor& dy) {
  if (grad_enabled()) {
    if (node.grad.defined()) node.grad = node.grad + dy;
    else if (dy.exclusive()) node.grad = dy;
    else node.grad = dy + 0.0;  // a copy that is in the graph, as clone() is not
  } else {
    if (node.grad.defined()) node.grad.add_(dy);
    else if (node.is_leaf() && dy.exclusive()) node.grad = std::move(dy);
    else node.grad = dy.clone();
  }
}

/// @param op, hint  for messages: who was called, and how to give it gradients
Queue start(const char* op, const char* hint, std::span<const Tensor> outputs, std::span<const Tensor> gradients) {
  if (!gradients.empty() && gradients.size() != outputs.size())
    throw_graph_error(
        op, std::to_string(outputs.size()) + " outputs but " + std::to_string(gradients.size()) + " gradients");
  Queue queue;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& output = outputs[i];
    if (!output.requires_grad())
      throw_graph_error(op,
                        "the output, of shape " + to_string(output.shape()) +
                            ", does not depend on any tensor that requires a gradient",
                        "was it computed under NoGrad, or from detached tensors? A gradient that is to be derived "
                        "again is asked for with create_graph");
    Tensor gradient = gradients.empty() ? Tensor() : gradients[i];
    if (!gradient.defined()) {
      require(output.size() == 1, op, "without a gradient the output is a scalar", {{"output", output}}, hint);
      gradient = ones(output.shape(), output.dtype());
    }
    require(gradient.shape() == output.shape(), op, "gradient.shape == output.shape",
            {{"gradient", gradient}, {"output", output}});
    require_floating(op, {{"gradient", gradient}, {"output", output}});
    queue.send(output.node(), std::move(gradient));
  }
  return queue;
}

void require_not_freed(const Node& node) {
  if (node.graph_freed())
    throw_graph_error("backward", "through " + std::string(node.name()) + ", which was freed by an earlier backward()",
                      "pass retain_graph = true to the first call, or detach() what comes from an earlier step");
}

/// The one loop of the engine: `visit` takes each node with its complete gradient, by descending number; `follow` says
/// which inputs are of interest. The GradMode is that of options.create_graph.
template <class Visit, class Follow>
void walk(Queue queue, BackwardOptions options, Visit visit, Follow follow) {
  const bool keep_graph = options.retain_graph || options.create_graph;
  while (!queue.empty()) {
    Pending pending = queue.pop();
    Node& node = *pending.node;
    const auto inputs = node.inputs();
    const auto next = [&](std::size_t i) {  // the first input to follow, from i on
      while (i < inputs.size() && (!inputs[i] || !follow(*inputs[i]))) ++i;
      return i;
    };
    const std::size_t first = next(0);
    if (first < inputs.size()) require_not_freed(node);
    Tensor dy = node.run_hooks(std::move(pending.gradient));
    visit(node, dy);
    for (std::size_t i = first, after; i < inputs.size(); i = after) {
      after = next(i + 1);
      require_not_freed(node);  // a hook, or the gradient of the input before, may have freed it
      Tensor dx = gradient_of(node, i, after < inputs.size() ? dy : std::move(dy));
      check_gradient(node, i, dx);
      queue.send(inputs[i], std::move(dx));
    }
    // A node with no input to follow is kept: the walk of grad() ends there, and the graph behind it stays usable.
    if (first < inputs.size() && !keep_graph) node.free_graph();
  }
}

/// The nodes that lead from an input to an output, the inputs among them: collected from the outputs down, decided from
/// the oldest up.
std::unordered_set<const Node*> nodes_between(std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
  std::uint64_t oldest = ~std::uint64_t{0};
  std::unordered_set<const Node*> between;
  for (const Tensor& input : inputs) {
    oldest = std::min(oldest, input.node()->number());
    between.insert(input.node().get());
  }
  std::map<std::uint64_t, const Node*> reachable;
  std::vector<const Node*> stack;
  for (const Tensor& output : outputs)
    if (output.requires_grad()) stack.push_back(output.node().get());
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (node->number() < oldest || !reachable.emplace(node->number(), node).second) continue;
    for (const auto& input : node->inputs())
      if (input) stack.push_back(input.get());
  }
  for (const auto& [number, node] : reachable) {
    for (const auto& input : node->inputs())
      if (input && between.contains(input.get())) {
        between.insert(node);
        break;
      }
  }
  return between;
}

}  // namespace

void backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients, BackwardOptions options) {
  const GradMode mode(options.create_graph);
  walk(
      start("backward", "call .backward(gradient), or reduce with sum() or mean() first", outputs, gradients), options,
      [](Node& node, Tensor& dy) {
        if (node.retains_grad()) keep(node, dy);
      },
      [](const Node&) { return true; });
}

std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> gradients, BackwardOptions options) {
  for (const Tensor& input : inputs)
    if (!input.requires_grad())
      throw_graph_error("grad", "an input of shape " + to_string(input.shape()) + " does not require a gradient");
  const auto needed = nodes_between(inputs, outputs);
  const GradMode mode(options.create_graph);
  std::vector<Tensor> results(inputs.size());
  walk(
      start("grad", "pass `gradients`, one for each output, or reduce with sum() or mean() first", outputs, gradients),
      options,
      [&](Node& node, const Tensor& dy) {
        for (std::size_t i = 0; i < inputs.size(); ++i)
          if (inputs[i].node().get() == &node) results[i] = dy;
      },
      [&](const Node& node) { return needed.contains(&node); });
  for (std::size_t i = 0; i < results.size(); ++i) {
    Tensor& result = results[i];
    if (!result.defined() && !options.allow_unused)
      throw_graph_error("grad", "the outputs do not depend on input " + std::to_string(i), "pass allow_unused = true");
    // Two results may be the same tensor, or one that the caller passed; each must be the caller's own.
    if (result.defined() && !result.exclusive()) result = options.create_graph ? result + 0.0 : result.clone();
  }
  return results;
}

std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, BackwardOptions options) {
  return grad(std::span(&output, 1), inputs, {}, options);
}

}  // namespace tandem
