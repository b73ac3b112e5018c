#pragma once

#include "autograd/ops/compare.h"
#include "autograd/ops/reduce.h"

namespace tandem::nn {

/// Number of rows whose largest logit is that of the label.  logits [n, k], labels int64 [n].
inline Index correct_predictions(const Tensor& logits, const Tensor& labels) {
  require(logits.rank() == 2 && labels.rank() == 1 && logits.dim(0) == labels.dim(0), "correct_predictions",
          "logits are [n, k] and labels [n]", {{"logits", logits}, {"labels", labels}});
  return static_cast<Index>(sum(equal(argmax(logits), labels).to(DType::float64)).item());
}

}  // namespace tandem::nn
