#pragma once

#include <vector>

#include "nn/bags.h"
#include "nn/module.h"

namespace tandem::nn {

/// A linear layer for sparse inputs: y[b] = sum over the entries (i, v) of bag b of v weight[i].
/// Bags of n rows -> [n, width].
///
/// Parameter: weight [rows, width], zeros at first or, with `deviation`, normal. While the graph is recorded,
/// the rows that the bags of a call name are copied into one small leaf, and it is this leaf that receives the
/// gradient: weight.grad() stays undefined, and neither forward nor backward nor the step of optim::SparseAdagrad touches
/// any other row. The optimisers that want weight.grad() leave such a table alone.
class EmbeddingBag : public Module {
 public:
  EmbeddingBag(Module& parent, std::string name, Index rows, Index width, double deviation = 0);

  /// May be called several times before a backward(): the gradients are summed.
  Tensor operator()(const Bags& bags);
  std::string describe() const override;

  /// The sum of the gradients that backward() has left since the last drop_gradient(), for the rows that were named.
  struct SparseGradient {
    std::vector<std::int64_t> rows;  ///< each once
    Tensor values;                   ///< [rows, width]; undefined before backward()
  };
  SparseGradient gradient() const;
  /// What zero_grad() is for other parameters.
  void drop_gradient() { uses_.clear(); }

  Tensor weight;

 private:
  /// What a recorded call has named, and the leaf that stands for it in the graph.
  struct Use {
    std::vector<std::int64_t> rows;
    Tensor leaf;
  };
  std::vector<Use> uses_;
  std::vector<std::int64_t> place_;  ///< of each row in the use that is being made, or -1
};

}  // namespace tandem::nn
