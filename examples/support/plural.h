#pragma once

#include <string>
#include <string_view>

#include "autograd/shape.h"

namespace tandem::examples {

/// "1 image", "2 images".
inline std::string counted(Index n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace tandem::examples
