#pragma once

#include <span>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// Adds d(sum of outputs . gradients)/d(leaf) to the grad() of every leaf that the outputs depend on.
/// @param gradients  one for each output, of its shape; an undefined one stands for 1 and needs a scalar
/// @throws GraphError if an output is not in the graph, or the graph has been freed
void backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients, BackwardOptions options = {});

/// d(sum of outputs . gradients)/d(input) for the chosen inputs. No grad() is touched, and only what lies
/// between the inputs and the outputs is computed.
std::vector<Tensor> grad(std::span<const Tensor> outputs, std::span<const Tensor> inputs,
                         std::span<const Tensor> gradients = {}, BackwardOptions options = {});
/// The same for one scalar output.
std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, BackwardOptions options = {});

}  // namespace tandem
