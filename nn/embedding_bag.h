#pragma once

#include <vector>

#include "nn/bags.h"
#include "nn/module.h"

namespace tandem::nn {

/// A linear layer for sparse inputs: y[b] = sum over the entries (i, v) of bag b of v weight[i].
/// Bags of n rows -> [n, width].
///
/// Parameter: weight [rows, width], zeros at first or, with `deviation`, normal. While the graph is recorded,
/// the rows that the bags name are copied into one small leaf, and it is this leaf that receives the gradient:
/// weight.grad() stays undefined, and neither forward nor backward nor the step of optim::SparseAdagrad touches
/// any other row. The optimisers that want weight.grad() leave such a table alone.
class EmbeddingBag : public Module {
 public:
  EmbeddingBag(Module& parent, std::string name, Index rows, Index width, double deviation = 0);

  /// @throws GraphError if the gradient of the last call was neither used by a step nor dropped by
  /// drop_gradient()
  Tensor operator()(const Bags& bags);
  std::string describe() const override;

  /// The gradient that backward() has left for the rows named in the last recorded call.
  struct SparseGradient {
    std::vector<std::int64_t> rows;  ///< each once
    Tensor values;                   ///< [rows, width]; undefined before backward()
  };
  SparseGradient gradient() const { return {touched_, leaf_.defined() ? leaf_.grad() : Tensor()}; }
  void drop_gradient();

  Tensor weight;

 private:
  std::vector<std::int64_t> touched_;
  std::vector<std::int64_t> place_;  ///< of each row in touched_, or -1
  Tensor leaf_;
};

}  // namespace tandem::nn
