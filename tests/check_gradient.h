#pragma once

#include <vector>

#include "autograd/create.h"
#include "autograd/gradcheck.h"
#include "tests/check.h"

namespace tandem::test {

inline Tensor leaf(std::initializer_list<double> values) { return tensor(values, DType::float64).requires_grad_(); }

inline GradcheckOptions strict(double rtol, bool second_order = false) {
  return {.eps = 1e-5, .rtol = rtol, .atol = 1e-7, .second_order = second_order};
}

/// First derivatives to 1e-6 and second ones to 1e-5, in float64, at inputs that keep off kinks.
inline void check_gradient(const Function& f, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs)
    leaves.push_back(is_floating(input.dtype()) ? input.to(DType::float64).clone().requires_grad_() : input);
  CHECK(gradcheck(f, leaves, strict(1e-6)).report == "");
  CHECK(gradcheck(f, leaves, strict(1e-5, true)).report == "");
}

}  // namespace tandem::test
