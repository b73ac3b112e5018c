#pragma once

#include <span>

#include "nn/activation.h"
#include "nn/sequential.h"

namespace tandem::models {

/// Appends a Linear layer and an activation to the stack for each width; returns the width of its output.
Index add_hidden_layers(nn::Sequential& stack, Index in, std::span<const Index> widths, nn::Activation activation);

/// Number of weights in such layers and one more, to `out`, without biases.
double count_weights(Index in, std::span<const Index> widths, Index out);

}  // namespace tandem::models
