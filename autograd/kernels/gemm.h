#pragma once

#include "autograd/shape.h"

namespace tandem::kernels {

/// One factor of a product: element (i, j) at data[i * stride + j], or at data[j * stride + i] if transposed.
template <class T>
struct MatrixView {
  const T* data;
  Index stride;
  bool transposed = false;
};

/// C [m, n] = A [m, k] B [k, n], or C += A B if `accumulate` (as after preloading C with the bias).
/// C is row-major with rows n apart. All matrix products of the library go through here.
template <class T>
void gemm(Index m, Index n, Index k, MatrixView<T> a, MatrixView<T> b, T* c, bool accumulate);

extern template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, bool);
extern template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, bool);

}  // namespace tandem::kernels
