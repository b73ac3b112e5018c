#pragma once

#include <functional>

#include "models/mlp.h"
#include "models/vae.h"
#include "nn/data/dataset.h"

namespace tandem::models {

/// What a classifier says about labelled images.
struct Evaluation {
  double loss = 0;       ///< mean cross-entropy, nats per image
  double accuracy = 0;   ///< share of images whose most probable class is the label
  Tensor probabilities;  ///< [n, classes]
};

/// Runs the model in evaluation mode over all images; the mode is restored.
/// @param before_batch  is called before each batch, if there is such a function; what it throws ends the evaluation
/// @throws ValueError if there are no images
Evaluation evaluate(Mlp& model, const data::Images& images, const std::function<void()>& before_batch = {});

/// The terms of -ELBO over all images, nats per image, with one draw of z for each; otherwise as above.
struct VaeEvaluation {
  double reconstruction = 0, kl = 0;
  double loss(double beta = 1) const { return reconstruction + beta * kl; }
};
VaeEvaluation evaluate(Vae& model, const data::Images& images, Generator& generator,
                       const std::function<void()>& before_batch = {});

}  // namespace tandem::models
