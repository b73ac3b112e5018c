#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// Tensors by their names: what modules and optimisers keep, and what is saved to a file and loaded from one.
using StateDict = std::vector<std::pair<std::string, Tensor>>;

}  // namespace tandem
