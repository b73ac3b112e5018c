#pragma once

namespace tandem::benchmarks {

/// The float32 operations of one call of fma_loop(): multiply-adds on registers alone, on all threads.
double fma_loop_flop();
/// The loop itself, the most arithmetic that the processor can do.
void fma_loop();

/// The bytes that one call of triad() moves, and a[i] = b[i] + 3 c[i] over arrays larger than the caches.
double triad_bytes();
void triad();

}  // namespace tandem::benchmarks
