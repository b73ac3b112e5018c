#include "models/judge.h"

#include <cmath>

#include "autograd/graph.h"
#include "autograd/ops/reduce.h"
#include "models/frechet.h"
#include "models/hidden_layers.h"
#include "models/label_shift.h"
#include "models/nearest_neighbours.h"
#include "nn/metrics.h"

namespace tandem::models {
namespace {

/// Fills the stack and gives back the width of its output.
Index build(nn::Sequential& stack, const JudgeOptions& options) {
  if (options.hidden.empty()) throw_value_error("Judge", "no hidden layer", "the last one gives the features");
  return add_hidden_layers(stack, options.inputs, options.hidden, nn::Activation::relu);
}

}  // namespace

Judge::Judge(const JudgeOptions& options) : output_(*this, "output", build(hidden_, options), options.classes) {}

Judge::Verdict Judge::verdict(const Tensor& samples, const Tensor& wanted, const Tensor& real) {
  const NoGrad no_grad;
  const Tensor seen = features(samples), reference = features(real), logits = output_(seen);
  const PrecisionRecall support = precision_recall(reference, seen);
  Verdict verdict;
  verdict.histogram = label_shares(argmax(logits), logits.dim(1), 0);
  verdict.agreement = wanted.defined() ? static_cast<double>(nn::correct_predictions(logits, wanted)) /
                                             static_cast<double>(samples.dim(0))
                                       : std::nan("");
  verdict.frechet_distance = frechet_distance(reference, seen);
  verdict.precision = support.precision;
  verdict.recall = support.recall;
  return verdict;
}

}  // namespace tandem::models
