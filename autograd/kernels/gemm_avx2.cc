#if defined(__x86_64__)

#include "autograd/kernels/gemm_tile.h"

namespace tandem::kernels {

// Compiled with this instruction set whatever the rest of the library is compiled for; run only where the
// processor has it.
template <class T>
const TileKernel<T>* avx2_kernel() {
  static constexpr TileKernel<T> kernel = Tile<T, 32, 6>::kernel("avx2");
  return &kernel;
}

template const TileKernel<float>* avx2_kernel();
template const TileKernel<double>* avx2_kernel();

}  // namespace tandem::kernels

#endif
