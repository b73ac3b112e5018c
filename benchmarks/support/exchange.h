#pragma once

namespace tandem::benchmarks {

/// Nanoseconds that a cache line takes from one core to another while two threads hand it back and forth: some 30 where
/// the cores share a cache, 150 and more where they do not. A host moves virtual processors between cores. While they
/// are far apart, training with two threads is slower by half, which multiply-adds on registers do not show. 0 with one
/// thread, or if no second one could be had.
double exchange_nanoseconds();

/// Nanoseconds that a thread takes to overwrite a cache line that it wrote before and that the other thread has read
/// since: that thread's copy has to be invalidated first. 1 or less if no other thread has read it. 0 with one thread,
/// or if no second one could be had.
double rewrite_nanoseconds();

}  // namespace tandem::benchmarks
