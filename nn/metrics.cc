#include "nn/metrics.h"

#include "autograd/create.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"

namespace tandem::nn {

Index correct_predictions(const Tensor& logits, const Tensor& labels) {
  require(logits.rank() == 2 && labels.rank() == 1 && logits.dim(0) == labels.dim(0), "correct_predictions",
          "logits are [n, k] and labels [n]", {{"logits", logits}, {"labels", labels}});
  return static_cast<Index>(sum(equal(argmax(logits), labels).to(DType::float64)).item());
}

Tensor confusion_counts(const Tensor& labels, const Tensor& predictions, Index k) {
  require(labels.rank() == 1 && predictions.shape() == labels.shape(), "confusion_counts",
          "labels and predictions are [n]", {{"labels", labels}, {"predictions", predictions}});
  require_indices("confusion_counts", labels, k);
  require_indices("confusion_counts", predictions, k);
  Tensor counts = zeros({k, k}, DType::int64);
  std::int64_t* count = counts.mutable_data<std::int64_t>();
  for (Index i = 0; i < labels.size(); ++i)
    ++count[labels.data<std::int64_t>()[i] * k + predictions.data<std::int64_t>()[i]];
  return counts;
}

}  // namespace tandem::nn
