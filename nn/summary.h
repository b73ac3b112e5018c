#pragma once

#include "autograd/graph.h"
#include "nn/module.h"

namespace tandem::nn {

/// The table that summary() returns, from the calls that were watched.
std::string summary_table(const Module& model, const Call::Watcher& watcher);

/// Runs the model once on x, in evaluation mode and without recording, and returns a table: name, layer, output shape,
/// parameters. The model stays as it is.
template <class Model>
std::string summary(Model& model, const Tensor& x) {
  const NoGrad no_grad;
  const Evaluating evaluating(model);
  const Call::Watcher watcher;
  static_cast<void>(model(x));
  return summary_table(model, watcher);
}

}  // namespace tandem::nn
