#pragma once

#include "nn/bags.h"

namespace tandem::test {

inline nn::Bags some_bags() {
  return nn::make_bags(std::vector<nn::Bag>{{{3, 1.0f}, {1, 0.5f}}, {}, {{3, 2.0f}, {3, 1.0f}}});
}

}  // namespace tandem::test
