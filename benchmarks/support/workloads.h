#pragma once

#include <string>
#include <vector>

#include "autograd/shape.h"

namespace tandem::benchmarks {

/// C [m, n] = A [m, k] B [k, n], as a layer needs it; a factor may be stored transposed.
struct GemmShape {
  std::string name;
  Index m, n, k;
  bool transpose_a, transpose_b;
  double flop() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
};

/// The products of the networks that are measured, by name:
///   w1  MLP 784-128-10, SGD       w2  MLP 784-512-512-10, Adam       w3  VAE 784-400-20, Adam
std::vector<GemmShape> products_of(const std::string& workload, Index batch);

}  // namespace tandem::benchmarks
