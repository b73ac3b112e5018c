#pragma once

#include <memory>
#include <span>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// A vertex of the graph: a leaf, or the operation that made a tensor. An edge leads to the node of each
/// input that needs a gradient.
///
/// Nodes are numbered in the order of their creation, so a node's inputs always have smaller numbers than the node.
/// backward() visits nodes by descending number and needs no sorting and no recursion.
class Node : public Counted<Node>, public Pooled {
 public:
  Node(const char* name, const Shape& shape, DType dtype);
  virtual ~Node();

  const char* name() const { return name_; }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }
  std::uint64_t number() const { return number_; }
  /// Path of the module that ran the operation; noted only if a NanGuard or GraphNames was alive then.
  std::string module() const { return extras_ ? extras_->module : std::string(); }

  /// Null where an input needs no gradient. Empty for a leaf.
  virtual std::span<const Pointer<Node>> inputs() const { return {}; }
  bool is_leaf() const { return inputs().empty(); }
  /// dL/d(input i) from dL/dy, which may be overwritten if nobody else holds it.
  virtual Tensor gradient(std::size_t input, Tensor dy);
  /// Drops what was saved for backward.
  virtual void free_graph() {}
  virtual bool graph_freed() const { return false; }

  struct Extras {
    std::vector<std::pair<std::size_t, Tensor::Hook>> hooks;
    std::size_t next_hook = 0;
    std::string module;
    bool retains_grad = false;
  };
  Extras& extras();
  bool retains_grad() const { return is_leaf() || (extras_ && extras_->retains_grad); }
  Tensor run_hooks(Tensor gradient) const;

  Tensor grad;  ///< what backward() has summed up, for leaves and where retain_grad() was called

  /// Destroys chains of any length without recursion.
  void destroy();

 private:
  const char* name_;
  Shape shape_;
  DType dtype_;
  std::uint64_t number_;
  std::unique_ptr<Extras> extras_;
  Node* next_dead_ = nullptr;
};

}  // namespace tandem
