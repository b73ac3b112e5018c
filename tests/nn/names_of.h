#pragma once

#include <string>
#include <vector>

#include "nn/module.h"

namespace tandem::test {

/// The names of a state, in order.
inline std::vector<std::string> names_of(const StateDict& state) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state) names.push_back(name);
  return names;
}

}  // namespace tandem::test
