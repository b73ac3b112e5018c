#include "models/hidden_layers.h"

#include "nn/linear.h"

namespace tandem::models {

Index add_hidden_layers(nn::Sequential& stack, Index in, std::span<const Index> widths, nn::Activation activation) {
  for (const Index width : widths) {
    stack.add<nn::Linear>(in, width).add<nn::ActivationLayer>(activation);
    in = width;
  }
  return in;
}

double count_weights(Index in, std::span<const Index> widths, Index out) {
  double count = 0;
  for (const Index width : widths) {
    count += static_cast<double>(in) * static_cast<double>(width);
    in = width;
  }
  return count + static_cast<double>(in) * static_cast<double>(out);
}

}  // namespace tandem::models
