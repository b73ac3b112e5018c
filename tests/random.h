#pragma once

#include "autograd/map.h"
#include "autograd/random.h"

namespace tandem::test {

/// Draws from N(0, 1), the same whenever it is called.
inline Tensor random(const Shape& shape, DType dtype = DType::float32, std::uint64_t seed = 4) {
  Generator generator(seed);
  return randn(shape, dtype, generator);
}

/// x with f(i, v) in place of its i-th number v; its memory is used again.
template <class F>
Tensor each_by_index(Tensor x, F f) {
  dispatch(x.dtype(), [&]<class T>(T) {
    auto* const data = x.mutable_data<T>();
    for (Index i = 0; i < x.size(); ++i) data[i] = f(i, data[i]);
  });
  return x;
}

}  // namespace tandem::test
