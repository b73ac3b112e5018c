#pragma once

#include <string>

#include "autograd/tensor.h"

namespace tandem {

/// The graph behind a tensor in Graphviz' DOT language: leaves as boxes, ops with their shapes, and with the modules
/// that made them if a GraphNames was alive then.
std::string to_dot(const Tensor& output);

}  // namespace tandem
