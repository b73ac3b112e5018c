#pragma once

#include <vector>

#include "autograd/node.h"
#include "nn/bags.h"
#include "nn/module.h"

namespace tandem::nn {

/// Options of EmbeddingBag, with PyTorch's defaults.
struct EmbeddingBagOptions {
  double deviation = 1;  ///< standard deviation of the initial weights; 0 makes them zeros
  bool sparse = false;   ///< the gradient covers the rows that the bags name, not the whole table
};

/// A linear layer for sparse inputs: y[b] = sum over the entries (i, v) of bag b of v weight[i].
/// Bags of n rows -> [n, width].
///
/// Parameter: weight [rows, width], initially normal.
///
/// With `sparse` only the rows that the bags name have a gradient: while the graph is recorded, each call copies its
/// rows into one small leaf, which receives the gradient. weight.grad() stays undefined, and neither forward nor
/// backward nor the step of optim::SparseAdagrad touches any other row. No other optimiser trains such a table.
class EmbeddingBag : public Module {
 public:
  /// @throws ValueError unless rows and width are at least 1, and the deviation is a number >= 0
  EmbeddingBag(Module& parent, std::string name, Index rows, Index width, EmbeddingBagOptions options = {});

  /// May be called several times before a backward(): the gradients are summed.
  /// @throws ValueError, ShapeError or DTypeError, as the op embedding_bag(), unless the parts are as Bags says and
  ///         each index lies in [0, rows)
  Tensor operator()(const Bags& bags);
  std::string describe() const override;

  bool is_sparse() const { return sparse_; }
  /// With `sparse`: the sum of the gradients from backward() since the last zero_grad(), for the rows that the bags
  /// named.
  struct SparseGradient {
    std::vector<std::int64_t> rows;  ///< each once
    Tensor values;                   ///< [rows, width]; undefined before backward()
  };
  SparseGradient gradient() const;
  void zero_grad() override;

  Parameter weight;

 private:
  static constexpr std::ptrdiff_t most_waiting = 1'000;  ///< gradients that wait for a step

  void forget_dead_uses();
  /// The rows that a recorded call has named, and the leaf that stands for them in the graph.
  struct Use {
    std::vector<std::int64_t> rows;
    Tensor leaf;
    Pointer<Node> op;  ///< the only way to the leaf; null if the gradient of the bags' weights may lead there too
  };
  bool sparse_;
  std::vector<Use> uses_;
  std::vector<std::int64_t> place_;  ///< of each row in the Use under construction, or -1
};

}  // namespace tandem::nn
