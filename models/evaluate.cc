#include "models/evaluate.h"

#include "autograd/graph.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "nn/data/loader.h"
#include "nn/metrics.h"

namespace tandem::models {
namespace {

/// All images in order, in batches large enough for the matrix products and small enough for memory; only one batch
/// exists at a time.
data::Loader batches_of(const data::Images& images) {
  if (images.size() == 0) throw_value_error("evaluate", "no images", "there is no mean of nothing");
  return data::Loader(images, {.batch_size = 1000, .shuffle = false, .prefetch = false});
}

}  // namespace

Evaluation evaluate(Mlp& model, const data::Images& images, const std::function<void()>& before_batch) {
  const nn::Evaluating evaluating(model);
  const NoGrad no_grad;
  Evaluation result;
  std::vector<Tensor> probabilities;
  for (const auto& [image, label] : batches_of(images)) {
    if (before_batch) before_batch();
    const Tensor logits = model(image);
    result.loss += cross_entropy(logits, label, 0, Reduction::sum).item();
    result.accuracy += static_cast<double>(nn::correct_predictions(logits, label));
    probabilities.push_back(softmax(logits));
  }
  const auto n = static_cast<double>(images.size());
  result.loss /= n;
  result.accuracy /= n;
  result.probabilities = concat(probabilities);
  return result;
}

VaeEvaluation evaluate(Vae& model, const data::Images& images, Generator& generator,
                       const std::function<void()>& before_batch) {
  const nn::Evaluating evaluating(model);
  const NoGrad no_grad;
  VaeEvaluation result;
  for (const auto& [image, label] : batches_of(images)) {
    if (before_batch) before_batch();
    const Vae::Elbo elbo = model.elbo(image, generator);
    const auto n = static_cast<double>(image.dim(0));
    result.reconstruction += elbo.reconstruction.item() * n;
    result.kl += elbo.kl.item() * n;
  }
  const auto n = static_cast<double>(images.size());
  return {result.reconstruction / n, result.kl / n};
}

}  // namespace tandem::models
