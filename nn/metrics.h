#pragma once

#include "autograd/tensor.h"

namespace tandem::nn {

/// Number of rows whose largest logit is that of the label.  logits [n, k], labels int64 [n].
/// @throws ShapeError unless the shapes are as above, DTypeError unless labels are int64
Index correct_predictions(const Tensor& logits, const Tensor& labels);

/// The confusion matrix, as counts[true, predicted].  labels and predictions int64 [n] -> int64 [k, k].
/// @throws ShapeError unless both are [n], DTypeError unless they are int64, ValueError for a class outside [0, k)
Tensor confusion_counts(const Tensor& labels, const Tensor& predictions, Index k);

}  // namespace tandem::nn
