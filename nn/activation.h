#pragma once

#include <span>
#include <string_view>

#include "nn/module.h"

namespace tandem::nn {

/// The elementwise nonlinearities by name.
enum class Activation { relu, leaky_relu, elu, gelu, silu, tanh, sigmoid, softplus };

/// Applies the activation to each element of x, which has any shape.  @throws DTypeError for integers
Tensor activate(Tensor x, Activation activation);
std::string_view name_of(Activation activation);
/// All names, in the order of the enum.
std::span<const std::string_view> activation_names();
/// @throws ValueError that lists the names, if `name` is none of them
Activation activation_named(std::string_view name);

/// A nonlinearity as a layer, for use in a Sequential.
class ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(Activation activation) : activation_(activation) {}
  ActivationLayer(Module& parent, std::string name, Activation activation)
      : Layer(parent, std::move(name)), activation_(activation) {}

  Tensor operator()(Tensor x) override {
    const Call call(*this);
    return call.result(activate(std::move(x), activation_));
  }
  std::string describe() const override { return std::string(name_of(activation_)); }

 private:
  Activation activation_;
};

/// One class for each activation, under its usual name: `net.add<nn::ReLU>()`.
template <Activation activation>
class ActivationOf : public ActivationLayer {
 public:
  ActivationOf() : ActivationLayer(activation) {}
  ActivationOf(Module& parent, std::string name) : ActivationLayer(parent, std::move(name), activation) {}
};
using ReLU = ActivationOf<Activation::relu>;
using LeakyReLU = ActivationOf<Activation::leaky_relu>;
using ELU = ActivationOf<Activation::elu>;
using GELU = ActivationOf<Activation::gelu>;
using SiLU = ActivationOf<Activation::silu>;
using Tanh = ActivationOf<Activation::tanh>;
using Sigmoid = ActivationOf<Activation::sigmoid>;
using Softplus = ActivationOf<Activation::softplus>;

}  // namespace tandem::nn
