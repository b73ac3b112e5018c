#pragma once

#include "examples/support/training/run.h"
#include "models/vae.h"

namespace tandem::examples {

/// After an epoch, into the run folder: sample_EEE.png, 8 x 8 draws from the prior (the same z each epoch), and
/// reconstruction_EEE.png, test images with their reconstructions below.
void draw_epoch(Run& run, models::Vae& model, const data::Images& test, int epoch);

/// At the end: loss curves, an interpolation between test images, and for 2-D latents the manifold.
void draw_pictures(Run& run, models::Vae& model, const data::Images& test);

}  // namespace tandem::examples
