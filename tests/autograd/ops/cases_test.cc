#include "tests/autograd/ops/cases.h"

#include "autograd/ops/arithmetic.h"
#include "tests/catch.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;

namespace {

/// The inputs of a case as leaves of the given type; integers stay what they are.
std::vector<Tensor> leaves_of(const Reference& r, DType dtype) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : r.inputs) {
    leaves.push_back(is_floating(input.dtype()) ? input.to(dtype).clone() : input);
    if (r.differentiable && is_floating(input.dtype())) leaves.back().requires_grad_();
  }
  return leaves;
}

void compare(const OpCase& op_case, DType dtype, double rtol, double atol) {
  const Reference& r = reference(op_case);
  std::vector<Tensor> leaves = leaves_of(r, dtype);
  const Tensor y = op_case.function(leaves);
  {
    INFO(op_case.name << ", output");
    CHECK(difference(y, r.output, rtol, atol) == "");
  }
  CHECK(y.requires_grad() == r.differentiable);
  if (!r.differentiable) return;
  // With a graph of the gradient fused ops take another form of it.
  for (const bool create_graph : {false, true}) {
    y.backward(reference_weights(y), {.retain_graph = true, .create_graph = create_graph});
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      if (!r.gradients[i].defined()) continue;
      INFO(op_case.name << ", gradient of input " << i << (create_graph ? " with a graph of it" : ""));
      CHECK(difference(leaves[i].grad(), r.gradients[i], rtol, atol) == "");
      leaves[i].zero_grad();
    }
  }
}

void check_derivatives(const OpCase& op_case, const GradcheckOptions& options, double& worst) {
  const Reference& r = reference(op_case);
  if (!r.differentiable || r.edge) return;
  INFO(op_case.name);
  const GradcheckResult result = gradcheck(op_case.function, leaves_of(r, DType::float64), options);
  CHECK(result.report == "");
  worst = std::max(worst, result.worst);
}

}  // namespace

TEST_CASE("ops: agree with PyTorch in float64", "[autograd][ops]") {
  for (const OpCase& op_case : op_cases()) compare(op_case, DType::float64, 1e-9, 1e-12);
}

TEST_CASE("ops: agree with PyTorch in float32", "[autograd][ops]") {
  for (const OpCase& op_case : op_cases()) {
    if (op_case.name == "log: at 0 and infinity") continue;  // 1e-300 is 0 in float32
    if (op_case.name == "logsumexp: large") continue;        // 1000.3 is known to 3e-5, its exponential too
    compare(op_case, DType::float32, 1e-5, 2e-6);
  }
}

TEST_CASE("ops: gradients agree with differences", "[autograd][ops]") {
  double worst = 0;
  for (const OpCase& op_case : op_cases()) check_derivatives(op_case, strict(1e-6), worst);
  CAPTURE(worst);
  CHECK(worst < 1e-6);
}

TEST_CASE("ops: second derivatives agree with differences", "[autograd][ops]") {
  double worst = 0;
  for (const OpCase& op_case : op_cases()) check_derivatives(op_case, strict(1e-5, true), worst);
  CAPTURE(worst);
  CHECK(worst < 1e-5);
}
