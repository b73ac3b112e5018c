#include "nn/activation.h"

#include <array>

#include "autograd/ops/activation.h"

namespace tandem::nn {
namespace {

constexpr std::array<std::string_view, 8> names = {"relu", "leaky_relu", "elu",     "gelu",
                                                   "silu", "tanh",       "sigmoid", "softplus"};

}  // namespace

Tensor activate(Tensor x, Activation activation) {
  switch (activation) {
    case Activation::relu: return relu(std::move(x));
    case Activation::leaky_relu: return leaky_relu(x);
    case Activation::elu: return elu(x);
    case Activation::gelu: return gelu(x);
    case Activation::silu: return silu(x);
    case Activation::tanh: return tanh(std::move(x));
    case Activation::sigmoid: return sigmoid(std::move(x));
    case Activation::softplus: return softplus(x);
  }
  return x;
}

std::string_view name_of(Activation activation) { return names[static_cast<std::size_t>(activation)]; }

std::span<const std::string_view> activation_names() { return names; }

Activation activation_named(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Activation>(i);
    known += (i ? ", " : "") + std::string(names[i]);
  }
  throw_value_error("activation", "\"" + std::string(name) + "\" is not known", "one of " + known);
}

}  // namespace tandem::nn
