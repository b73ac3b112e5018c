#pragma once

#include "examples/support/run.h"
#include "models/mlp.h"

namespace tandem::examples {

/// At the end of a run, into its folder: curves of loss and accuracy, the confusion matrix, the mistakes made
/// with the most confidence, and the weights of the first layer.
void draw_pictures(Run& run, models::Mlp& model, const data::Images& test);

}  // namespace tandem::examples
