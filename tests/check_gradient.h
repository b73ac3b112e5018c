#pragma once

#include <span>
#include <vector>

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/gradcheck.h"
#include "autograd/random.h"
#include "tests/check.h"

namespace tandem::test {

inline Tensor leaf(std::initializer_list<double> values) { return tensor(values, DType::float64).requires_grad_(); }

inline GradcheckOptions strict(double rtol, bool second_order = false) {
  return {.eps = 1e-5, .rtol = rtol, .atol = 1e-7, .second_order = second_order};
}

/// Fused ops have two forms of their gradient, a kernel and, where a graph of the gradient is recorded, other ops: both
/// give the same numbers. Differences of the second form do not show that, since they only compare it with itself.
inline void check_both_forms(const Function& f, const std::vector<Tensor>& leaves) {
  std::vector<Tensor> wanted;
  for (const Tensor& x : leaves)
    if (x.requires_grad()) wanted.push_back(x);
  const Tensor y = f(leaves);
  Generator generator(5);
  const Tensor weights = uniform(y.shape(), 0.5, 1.5, y.dtype(), generator);
  const auto gradients = [&](bool create_graph) {
    return grad(std::span(&y, 1), wanted, std::span(&weights, 1),
                {.retain_graph = true, .create_graph = create_graph, .allow_unused = true});
  };
  const std::vector<Tensor> composed = gradients(true), fused = gradients(false);
  for (std::size_t i = 0; i < fused.size(); ++i) {
    INFO("gradient " << i << " with a graph of it");
    REQUIRE(fused[i].defined() == composed[i].defined());
    if (fused[i].defined()) check_close(composed[i], fused[i], 1e-10, 1e-12);
  }
}

/// First derivatives to 1e-6 and second ones to 1e-5, in float64, at inputs that keep off kinks.
inline void check_gradient(const Function& f, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs)
    leaves.push_back(is_floating(input.dtype()) ? input.to(DType::float64).clone().requires_grad_() : input);
  CHECK(gradcheck(f, leaves, strict(1e-6)).report == "");
  CHECK(gradcheck(f, leaves, strict(1e-5, true)).report == "");
  check_both_forms(f, leaves);
}

}  // namespace tandem::test
