#if defined(__x86_64__)

#include "autograd/kernels/gemm_tile.h"

namespace tandem::kernels {

// Compiled with this instruction set whatever the rest of the library is compiled for; run only where the
// processor has it.
template <class T>
const TileKernel<T>* avx512_kernel() {
  static constexpr TileKernel<T> kernel = Tile<T, 64, 14>::kernel("avx512");
  return &kernel;
}

template const TileKernel<float>* avx512_kernel();
template const TileKernel<double>* avx512_kernel();

}  // namespace tandem::kernels

#endif
