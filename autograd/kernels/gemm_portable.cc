#include "autograd/kernels/gemm_tile.h"

namespace tandem::kernels {

// Registers of 16 bytes, as SSE and NEON have them: 16 of them on x86, 32 on ARM. On ARM, GCC 12 and clang 14 read
// several numbers of `left` ahead, each into a register of its own, and with more than 10 rows would keep some sums in
// memory.
template <class T>
const TileKernel<T>* portable_kernel() {
#if defined(__aarch64__)
  static constexpr TileKernel<T> kernel = Tile<T, 16, 10>::kernel("portable");
#else
  static constexpr TileKernel<T> kernel = Tile<T, 16, 6>::kernel("portable");
#endif
  return &kernel;
}

template const TileKernel<float>* portable_kernel();
template const TileKernel<double>* portable_kernel();

}  // namespace tandem::kernels
