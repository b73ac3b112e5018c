#pragma once

#include "autograd/random.h"

namespace tandem::test {

/// Draws from N(0, 1), the same whenever it is called.
inline Tensor random(const Shape& shape, DType dtype = DType::float32, std::uint64_t seed = 4) {
  Generator generator(seed);
  return randn(shape, dtype, generator);
}

}  // namespace tandem::test
