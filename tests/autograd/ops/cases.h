#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::test {

/// One way to call an op. To cover a new op, add a line to cases.cc, and one of the same name to
/// tests/reference/make_ops.py, which computes inputs and expected results.
struct OpCase {
  std::string op;    ///< as declared: "add", and an operator with its types, "operator+(Tensor, double)"
  std::string name;  ///< "add: broadcast row"
  std::function<Tensor(const std::vector<Tensor>&)> function;
};
const std::vector<OpCase>& op_cases();

/// What PyTorch gives for a case.
struct Reference {
  std::string name;
  bool edge = false;  ///< on a kink or at an extreme, where difference quotients say nothing
  bool differentiable = false;
  std::vector<Tensor> inputs;
  Tensor output;
  std::vector<Tensor> gradients;  ///< of sum(output * weights); undefined where there is none
};
/// All of tests/reference/ops.json.
const std::vector<Reference>& references();
/// @throws std::runtime_error if there is none of that name
const Reference& reference(const OpCase& op_case);

/// The weights of an output: w[i] = ((7 i + 3) mod 11 + 1) / 8.
Tensor reference_weights(const Tensor& output);

}  // namespace tandem::test
