#pragma once

#include <memory>

#include "nn/module.h"

namespace tandem::nn {

/// Layers one after another, named by their position:
///
///     nn::Sequential net;
///     net.add<nn::Linear>(784, 256).add<nn::ReLU>().add<nn::Linear>(256, 10);   // 0.weight, 0.bias, 2.weight, ...
class Sequential : public Layer {
 public:
  using Layer::Layer;

  /// Appends a layer made from `arguments`.
  template <class L, class... Arguments>
  Sequential& add(Arguments&&... arguments) {
    layers_.push_back(
        std::make_unique<L>(*this, std::to_string(layers_.size()), std::forward<Arguments>(arguments)...));
    return *this;
  }

  Tensor operator()(Tensor x) override {
    for (const auto& layer : layers_) x = (*layer)(std::move(x));
    return x;
  }

  std::size_t size() const { return layers_.size(); }
  /// @throws ValueError if there is no layer i
  Layer& operator[](std::size_t i) {
    if (i >= layers_.size())
      throw_value_error("Sequential", "no layer " + std::to_string(i) + " among " + std::to_string(layers_.size()));
    return *layers_[i];
  }
  std::string describe() const override { return "Sequential"; }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
};

}  // namespace tandem::nn
