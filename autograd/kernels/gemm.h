#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "autograd/shape.h"

namespace tandem::kernels {

inline constexpr Index work_per_thread = 250'000;  ///< multiply-adds that pay for waking a thread

/// One factor of a product: element (i, j) at data[i * stride + j], or at data[j * stride + i] if transposed.
template <class T>
struct MatrixView {
  const T* data;
  Index stride;
  bool transposed = false;
  bool finite = false;  ///< known to hold no NaN and no infinity, so that it need not be read where the other is zero
};

/// What is added to the product: what C holds already, a bias, or both.
template <class T>
struct Epilogue {
  bool accumulate = false;  ///< C += A B
  const T* bias = nullptr;  ///< C = A B + bias, one number per column of C
};

/// C [m, n] = A [m, k] B [k, n]. C is row-major with rows n apart. All matrix products of the library go
/// through here.
///
/// An element of C does not depend on the number of threads. Our own kernels sum it in the order of k, in blocks of
/// 1024 that are added up, unless C has only one or two rows or columns and both factors are contiguous along k.
///
/// Zeros are skipped where that saves time: pixels at the border of all images of a batch, units that no example
/// excites. The result is the same: NaN and infinities in the other factor are looked for and propagate.
template <class T>
void gemm(Index m, Index n, Index k, MatrixView<T> a, MatrixView<T> b, T* c, Epilogue<T> epilogue = {});

/// The names of what can compute a product on this machine, the fastest first: "avx512", "avx2", "portable"
/// (our own kernel, by instruction set) and "eigen".
std::vector<std::string> gemm_backends();
/// The one that computes the products: initially the first, unless TANDEM_GEMM=NAME chooses another.
std::string gemm_backend();
/// @throws ValueError if the name is not among gemm_backends()
void set_gemm_backend(std::string_view name);

extern template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, Epilogue<float>);
extern template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, Epilogue<double>);

}  // namespace tandem::kernels
