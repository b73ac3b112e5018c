#include "autograd/kernels/gemm_tile.h"

namespace tandem::kernels {

// Registers of 16 bytes, as SSE and NEON have them: 16 of them on x86, 32 on ARM.
template <class T>
const TileKernel<T>* portable_kernel() {
#if defined(__aarch64__)
  static constexpr TileKernel<T> kernel = Tile<T, 16, 14>::kernel("portable");
#else
  static constexpr TileKernel<T> kernel = Tile<T, 16, 6>::kernel("portable");
#endif
  return &kernel;
}

template const TileKernel<float>* portable_kernel();
template const TileKernel<double>* portable_kernel();

}  // namespace tandem::kernels
