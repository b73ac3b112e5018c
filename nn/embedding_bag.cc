#include "nn/embedding_bag.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <unordered_map>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/index.h"
#include "nn/init.h"

namespace tandem::nn {

namespace {

Tensor initial_weight(Index rows, Index width, double deviation) {
  if (rows < 1 || width < 1)
    throw_value_error("EmbeddingBag", "rows = " + std::to_string(rows) + ", width = " + std::to_string(width),
                      "both are at least 1");
  if (!(deviation >= 0 && std::isfinite(deviation)))
    throw_value_error("EmbeddingBag", "deviation = " + to_text(deviation), "it is a number >= 0");
  const Tensor weight = zeros({rows, width});
  return deviation > 0 ? init::normal_(weight, 0, deviation) : weight;
}

}  // namespace

EmbeddingBag::EmbeddingBag(Module& parent, std::string name, Index rows, Index width, EmbeddingBagOptions options)
    : Module(parent, std::move(name)),
      weight(parameter("weight", initial_weight(rows, width, options.deviation))),
      sparse_(options.sparse) {}

Tensor EmbeddingBag::operator()(const Bags& bags) {
  const Call call(*this);
  if (!sparse_ || !grad_enabled() || !weight.requires_grad())
    return call.result(embedding_bag(weight, bags.indices, bags.offsets, bags.weights));
  require_indices("EmbeddingBag", bags.indices, weight.dim(0));
  forget_dead_uses();
  const auto waits = [](const Use& use) { return use.leaf.grad().defined(); };
  if (std::count_if(uses_.begin(), uses_.end(), waits) >= most_waiting)
    throw_value_error("EmbeddingBag", "the gradients of " + std::to_string(most_waiting) + " calls wait for a step",
                      "only optim::SparseAdagrad takes those of a sparse table: give it the table, and call step()");

  place_.resize(static_cast<std::size_t>(weight.dim(0)), -1);  // only once
  Use use;
  Tensor local = bags.indices.clone();
  const std::span indices(local.mutable_data<std::int64_t>(), static_cast<std::size_t>(local.size()));
  // Memory may run out here, but not in the loop, which would leave place_ half set.
  use.rows.reserve(std::min(indices.size(), place_.size()));
  constexpr std::size_t ahead = 16;  // the places lie far apart, and most of the time goes into waiting for memory
  for (std::size_t k = 0; k < indices.size(); ++k) {
    if (k + ahead < indices.size()) __builtin_prefetch(&place_[static_cast<std::size_t>(indices[k + ahead])], 1);
    std::int64_t& place = place_[static_cast<std::size_t>(indices[k])];
    if (place < 0) {
      use.rows.push_back(indices[k]);
      place = static_cast<std::int64_t>(use.rows.size()) - 1;
    }
    indices[k] = place;
  }
  for (const std::int64_t row : use.rows) place_[static_cast<std::size_t>(row)] = -1;
  {
    const NoGrad no_grad;
    use.leaf = gather_rows(weight, tensor(use.rows, {static_cast<Index>(use.rows.size())}));
  }
  use.leaf.requires_grad_();
  Tensor y = embedding_bag(use.leaf, local, bags.offsets, bags.weights);
  if (!bags.weights.requires_grad()) use.op = y.node();
  uses_.push_back(std::move(use));
  return call.result(std::move(y));
}

void EmbeddingBag::zero_grad() {
  Module::zero_grad();
  for (Use& use : uses_) use.leaf.zero_grad();
  forget_dead_uses();
}

/// Calls whose graph is gone, or was freed by a backward(), will get no gradient any more; others may get theirs yet. A
/// loss that is kept keeps the nodes of a freed graph alive.
void EmbeddingBag::forget_dead_uses() {
  std::erase_if(uses_, [&](const Use& use) {
    if (use.leaf.dtype() != weight.dtype()) return true;  // Module::to() drops gradients
    if (use.leaf.grad().defined()) return false;
    return use.op ? use.op->unique() || use.op->graph_freed() : use.leaf.node()->unique();
  });
}

EmbeddingBag::SparseGradient EmbeddingBag::gradient() const {
  std::vector<const Use*> reached;  // by a backward()
  for (const Use& use : uses_)
    if (use.leaf.grad().defined() && use.leaf.dtype() == weight.dtype()) reached.push_back(&use);
  if (reached.empty()) return {};
  if (reached.size() == 1) return {reached[0]->rows, reached[0]->leaf.grad()};

  SparseGradient total;
  std::unordered_map<std::int64_t, Index> place;  // of a row in total.rows
  for (const Use* use : reached)
    for (const std::int64_t row : use->rows)
      if (place.try_emplace(row, static_cast<Index>(total.rows.size())).second) total.rows.push_back(row);
  const NoGrad no_grad;
  total.values = zeros({static_cast<Index>(total.rows.size()), weight.dim(1)}, weight.dtype());
  for (const Use* use : reached)
    for (std::size_t i = 0; i < use->rows.size(); ++i)
      total.values[place[use->rows[i]]].add_(use->leaf.grad()[static_cast<Index>(i)]);
  return total;
}

std::string EmbeddingBag::describe() const {
  return "EmbeddingBag(" + std::to_string(weight.dim(0)) + " -> " + std::to_string(weight.dim(1)) + ")";
}

}  // namespace tandem::nn
