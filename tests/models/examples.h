#pragma once

#include "autograd/random.h"

namespace tandem::test {

/// 32 random black-and-white images with random labels.
struct Examples {
  Tensor image = bernoulli({32, 36}, 0.3);
  Tensor label = randperm(32);
  explicit Examples(Index classes = 10) {
    for (Index i = 0; i < 32; ++i) label.mutable_data<std::int64_t>()[i] %= classes;
  }
};

/// n labels 0, 1, ..., classes - 1, 0, 1, ...
inline Tensor labels_in_turn(Index n, Index classes = 3) {
  Tensor label({n}, DType::int64);
  for (Index i = 0; i < n; ++i) label.mutable_data<std::int64_t>()[i] = i % classes;
  return label;
}

}  // namespace tandem::test
