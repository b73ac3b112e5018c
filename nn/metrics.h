#pragma once

#include "autograd/ops/compare.h"
#include "autograd/ops/reduce.h"

namespace tandem::nn {

/// Number of rows whose largest logit is that of the label.  logits [n, k], labels int64 [n].
inline Index correct_predictions(const Tensor& logits, const Tensor& labels) {
  return static_cast<Index>(sum(equal(argmax(logits), labels).to(DType::float64)).item());
}

}  // namespace tandem::nn
