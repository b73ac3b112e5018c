#pragma once

#include "examples/support/training/run.h"
#include "models/mlp.h"

namespace tandem::examples {

/// At the end of a run, into its folder: curves of loss and accuracy, the confusion matrix, the mistakes made
/// with the most confidence, and the weights of the first layer. What is counted and shown are the test images.
void draw_pictures(Run& run, models::Mlp& model, const data::Source& data);

}  // namespace tandem::examples
