#pragma once

#include <span>

#include "nn/activation.h"
#include "nn/sequential.h"

namespace tandem::models {

/// Appends to a stack a Linear layer of each width, an activation after it; returns the width that comes out.
Index add_hidden_layers(nn::Sequential& stack, Index in, std::span<const Index> widths, nn::Activation activation);

/// Numbers in the weights of such layers and one more, to `out`; without biases.
double count_weights(Index in, std::span<const Index> widths, Index out);

}  // namespace tandem::models
