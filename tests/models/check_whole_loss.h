#pragma once

#include "models/vae.h"
#include "nn/module.h"
#include "tests/check_gradient.h"

namespace tandem::test {

/// A VAE whose every weight can be checked.
inline const models::VaeOptions small_vae = {
    .inputs = 12, .encoder = {5}, .decoder = {4}, .latent = 2, .activation = nn::Activation::tanh};

/// Gradients of a model's loss with respect to all of its parameters, against differences in float64.
template <class Loss>
void check_whole_loss(nn::Module& model, Loss loss) {
  model.to(DType::float64);
  const std::vector<Tensor> parameters = model.parameters();
  std::vector<Tensor> inputs;
  for (const Tensor& p : parameters) inputs.push_back(p.detach());
  check_gradient(
      [&](const std::vector<Tensor>& values) {
        // The model computes with its own tensors: put the given ones in their place, in the graph.
        for (std::size_t i = 0; i < values.size(); ++i) {
          Tensor parameter = parameters[i];
          parameter.set_data(values[i].detach());
          parameter.set_node(values[i].node());
        }
        return loss();
      },
      inputs);
}

}  // namespace tandem::test
