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

}  // namespace tandem::models
