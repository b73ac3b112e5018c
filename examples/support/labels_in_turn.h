#pragma once

#include "autograd/tensor.h"

namespace tandem::examples {

/// 0, 1, ..., k-1, 0, 1, ...: equally many of each class, up to one.  -> int64 [n]
inline Tensor labels_in_turn(Index n, Index k) {
  Tensor labels({n}, DType::int64);
  for (Index i = 0; i < n; ++i) labels.mutable_data<std::int64_t>()[i] = i % k;
  return labels;
}

}  // namespace tandem::examples
