#include "autograd/graph.h"

#include <atomic>

#include "autograd/context.h"
#include "autograd/nan_guard.h"
#include "autograd/profile.h"

namespace tandem {
namespace {

std::atomic<std::uint64_t> next_number{1};
thread_local int graph_names = 0;

}  // namespace

Node::Node(const char* name, const Shape& shape, DType dtype)
    : name_(name), shape_(shape), dtype_(dtype), number_(next_number.fetch_add(1, std::memory_order_relaxed)) {
  if (graph_names > 0) [[unlikely]]
    extras().module = context_path();
}

Node::~Node() = default;

Tensor Node::gradient(std::size_t, Tensor) { throw_graph_error(name_, "a leaf has no inputs to differentiate"); }

Node::Extras& Node::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

Tensor Node::run_hooks(Tensor gradient) const {
  if (!extras_) return gradient;
  const auto hooks = extras_->hooks;  // a hook may remove itself
  for (const auto& [id, hook] : hooks) {
    Tensor replacement = hook(gradient);
    if (!replacement.defined()) continue;
    if (!(replacement.shape() == shape_))
      throw_shape_error("gradient hook", "a hook returns a gradient of the same shape",
                        {{"gradient", gradient}, {"returned", replacement}});
    require_floating("gradient hook", {{"gradient", gradient}, {"returned", replacement}});
    gradient = std::move(replacement);
  }
  return gradient;
}

// Deleting a node drops its inputs, and the last pointer to one of those may call destroy() in turn. Such
// calls only queue the node, through the nodes themselves, and the outermost call works the queue off.
void Node::destroy() {
  thread_local Node* queue = nullptr;
  thread_local bool working = false;
  next_dead_ = queue;
  queue = this;
  if (working) return;
  working = true;
  while (Node* dead = queue) {
    queue = dead->next_dead_;
    delete dead;
  }
  working = false;
}

GraphNames::GraphNames() { ++graph_names; }
GraphNames::~GraphNames() { --graph_names; }

void Saved::throw_modified() const {
  const std::string saved =
      "a tensor of shape " + to_string(tensor_.shape()) + " that was saved to compute a gradient ";
  if (tensor_.exchanges() != exchanges_)
    throw_graph_error("backward", saved + "has been given other numbers by set_data() since", "do so after backward()");
  throw_graph_error("backward",
                    saved + "has been modified in place since\n  rule: version " + std::to_string(version_) +
                        " was saved, version " + std::to_string(tensor_.version()) + " found",
                    "modify a clone(), or after backward()");
}

namespace detail {

Tensor SavedOutput::unpack(Node& node) const {
  const Tensor& y = **saved_;
  if (!grad_enabled()) return y;
  Tensor in_graph = y.detach();
  in_graph.set_node(&node);
  return in_graph;
}

void throw_in_graph(const char* name) {
  throw_graph_error(name, "the output is in the graph already",
                    "record() takes a tensor freshly made; y.detach() shares the numbers of y");
}

void finish(const char* name, const Tensor& y) {
  if (Profiler* profiler = Profiler::current()) [[unlikely]]
    profiler->forward(name, y);
  if (nan_guards > 0) [[unlikely]]
    require_finite(name, y);
}

}  // namespace detail
}  // namespace tandem
