#include "benchmarks/support/exchange.h"

#include <omp.h>

#include <atomic>
#include <chrono>

#include "autograd/threads.h"

namespace tandem::benchmarks {

double exchange_nanoseconds() {
  if (num_threads() < 2) return 0;
  constexpr int rounds = 2000;
  alignas(64) std::atomic<int> turn{0};
  std::chrono::duration<double, std::nano> taken{};
  bool both = false;
#pragma omp parallel num_threads(2)
  {
    const int me = omp_get_thread_num();
    const bool alone = omp_get_num_threads() < 2;
#pragma omp barrier
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds && !alone; ++i) {
      while (turn.load(std::memory_order_acquire) != 2 * i + me) {
      }
      turn.store(2 * i + me + 1, std::memory_order_release);
    }
    if (me == 0) {
      taken = std::chrono::steady_clock::now() - start;
      both = !alone;
    }
  }
  return both ? taken.count() / (2.0 * rounds) : 0;
}

}  // namespace tandem::benchmarks
