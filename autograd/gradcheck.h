#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// The defaults are PyTorch's.
struct GradcheckOptions {
  double eps = 1e-6;   ///< step of the central difference
  double rtol = 1e-3;  ///< |analytic - numeric| <= atol + rtol |numeric|
  double atol = 1e-5;
  bool second_order = false;  ///< check the gradient of the gradient too
};

/// What gradcheck() found. `ok` is also false where the function could not be checked; `report` says why, or
/// names the input, the index and both numbers.
struct GradcheckResult {
  bool ok = true;
  std::string report;
  double worst = 0;  ///< largest |analytic - numeric| / max(1, |numeric|); infinite for a NaN
  explicit operator bool() const { return ok; }
};

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// Compares the gradients that backward gives with central differences,
///
///     dL/dx_i ~ (L(x + eps e_i) - L(x - eps e_i)) / (2 eps),   L = sum(f(inputs) . w)
///
/// for every element of every input that requires a gradient; w are fixed random weights, so that the gradients of
/// different results do not cancel. The second order does the same with the gradients of sum(sin(f(inputs) + w)): the
/// sine shows whether they depend on dL/df as they should, even where f is linear.
/// @param f       a function of tensors; called again with the same inputs, it must return the same result
/// @param inputs  float64; keep them off kinks, such as 0 for relu
GradcheckResult gradcheck(const Function& f, const std::vector<Tensor>& inputs, GradcheckOptions options = {});

}  // namespace tandem
