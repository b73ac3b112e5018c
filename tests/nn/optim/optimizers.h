#pragma once

#include <algorithm>

#include "autograd/random.h"
#include "tests/catch.h"
#include "tests/nn/optim/reference.h"

// What the tests of all optimisers have in common.

namespace tandem::test {

inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() && std::ranges::equal(a.bytes(), b.bytes());
}
inline bool same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tensor& x, const Tensor& y) { return same_bits(x, y); });
}

inline Tensor leaf(const Shape& shape, DType dtype = DType::float32) { return randn(shape, dtype).requires_grad_(); }

/// Each optimiser with every moment that it can have.
inline std::unique_ptr<optim::Optimizer> make(const std::string& name, const std::vector<Tensor>& parameters) {
  if (name == "SGD") return std::make_unique<optim::SGD>(parameters, optim::SGDOptions{.lr = 0.01, .momentum = 0.9});
  if (name == "Adam") return std::make_unique<optim::Adam>(parameters, optim::AdamOptions{.weight_decay = 0.1});
  if (name == "AdamW") return std::make_unique<optim::AdamW>(parameters);
  return std::make_unique<optim::RMSprop>(parameters, optim::RMSpropOptions{.momentum = 0.9, .centered = true});
}
inline auto any_optimizer() { return GENERATE(as<std::string>(), "SGD", "Adam", "AdamW", "RMSprop"); }

inline void set_gradients(const std::vector<Tensor>& parameters, Generator& generator) {
  for (Tensor x : parameters) x.set_grad(randn(x.shape(), x.dtype(), generator));
}

/// Sizes that are no multiple of a register, of a cache line or of a block, and one that is empty.
inline std::vector<Tensor> odd_parameters(DType dtype, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<Tensor> parameters;
  for (const Shape& shape : {Shape{1}, Shape{3, 5}, Shape{0, 4}, Shape{257, 131}, Shape{17}, Shape{}, Shape{70001}})
    parameters.push_back(randn(shape, dtype, generator).requires_grad_());
  return parameters;
}

}  // namespace tandem::test
