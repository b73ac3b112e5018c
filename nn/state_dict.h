#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// Tensors by name: the state of modules and optimisers, which is saved to files and loaded from them.
using StateDict = std::vector<std::pair<std::string, Tensor>>;

}  // namespace tandem
