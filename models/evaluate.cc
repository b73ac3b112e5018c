#include "models/evaluate.h"

#include "autograd/graph.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "nn/metrics.h"

namespace tandem::models {
namespace {

constexpr Index batch_size = 1000;  // of evaluation; large enough for the matrix products, small enough for memory

template <class F>
void for_batches(const data::Images& images, F f) {
  if (images.size() == 0) throw_value_error("evaluate", "no images", "there is no mean of nothing");
  for (Index begin = 0; begin < images.size(); begin += batch_size)
    f(images.batch(begin, std::min(begin + batch_size, images.size())));
}

}  // namespace

Evaluation evaluate(Mlp& model, const data::Images& images) {
  const nn::Evaluating evaluating(model);
  const NoGrad no_grad;
  Evaluation result;
  std::vector<Tensor> probabilities;
  for_batches(images, [&](const data::Batch& batch) {
    const Tensor logits = model(batch.image);
    result.loss += cross_entropy(logits, batch.label, 0, Reduction::sum).item();
    result.accuracy += static_cast<double>(nn::correct_predictions(logits, batch.label));
    probabilities.push_back(softmax(logits));
  });
  const auto n = static_cast<double>(images.size());
  result.loss /= n;
  result.accuracy /= n;
  result.probabilities = concat(probabilities);
  return result;
}

VaeEvaluation evaluate(Vae& model, const data::Images& images, Generator& generator) {
  const nn::Evaluating evaluating(model);
  const NoGrad no_grad;
  VaeEvaluation result;
  for_batches(images, [&](const data::Batch& batch) {
    const Vae::Elbo elbo = model.elbo(batch.image, generator);
    const auto n = static_cast<double>(batch.image.dim(0));
    result.reconstruction += elbo.reconstruction.item() * n;
    result.kl += elbo.kl.item() * n;
  });
  const auto n = static_cast<double>(images.size());
  return {result.reconstruction / n, result.kl / n};
}

}  // namespace tandem::models
