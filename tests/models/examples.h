#pragma once

#include "autograd/random.h"

namespace tandem::test {

/// 32 random black-and-white images with random labels.
struct Examples {
  Tensor image = bernoulli({32, 36}, 0.3);
  Tensor label = randperm(32);
  Examples() {
    for (Index i = 0; i < 32; ++i) label.mutable_data<std::int64_t>()[i] %= 10;
  }
};

}  // namespace tandem::test
