#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autograd/tensor.h"
#include "benchmarks/support/workloads.h"

namespace tandem::benchmarks {

/// A library that multiplies float32 matrices.
struct GemmLibrary {
  std::string name;
  std::function<void(const GemmShape&, const float* a, const float* b, float* c)> multiply;
};

/// Those that were found when the benchmarks were configured: "onednn", "blas".
std::vector<GemmLibrary> gemm_peers();
/// All backends of the library, in the order of kernels::gemm_backends(): the fastest first, Eigen last.
std::vector<GemmLibrary> gemm_backends();

/// Operands of a product, filled with random numbers, and room for its result.
class GemmOperands {
 public:
  explicit GemmOperands(const GemmShape& shape);
  void multiply_by(const GemmLibrary& library) const;
  /// The largest difference between the results of the two libraries, over the largest element of the reference.
  double difference(const GemmLibrary& library, const GemmLibrary& reference) const;

 private:
  GemmShape shape_;
  Tensor a_, b_, c_;
};

}  // namespace tandem::benchmarks
