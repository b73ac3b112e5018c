#pragma once

#include "examples/support/training/run.h"
#include "models/mlp.h"

namespace tandem::examples {

/// Draws into the folder of a run, at its end: curves of loss and accuracy; of the test images, the confusion matrix
/// and the most confident mistakes; and the weights of the first layer.
void draw_pictures(Run& run, models::Mlp& model, const data::Source& data);

}  // namespace tandem::examples
