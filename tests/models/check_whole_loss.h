#pragma once

#include "nn/module.h"
#include "tests/check_gradient.h"

namespace tandem::test {

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
