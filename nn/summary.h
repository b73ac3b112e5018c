#pragma once

#include "autograd/graph.h"
#include "nn/module.h"

namespace tandem::nn {

/// The table that summary() prints, from what was called.
std::string summary_table(const Module& model, const Call::Watcher& watcher);

/// Runs the model once on x, in evaluation mode and without recording, and gives a table: layer, what it is, output
/// shape, parameters. The model stays as it is.
template <class Model>
std::string summary(Model& model, const Tensor& x) {
  const NoGrad no_grad;
  const Evaluating evaluating(model);
  const Call::Watcher watcher;
  static_cast<void>(model(x));
  return summary_table(model, watcher);
}

}  // namespace tandem::nn
