#include "benchmarks/support/exchange.h"

#include <omp.h>

#include <atomic>
#include <chrono>

#include "autograd/threads.h"

namespace tandem::benchmarks {

double exchange_nanoseconds() {
  if (num_threads() < 2) return 0;
  constexpr int rounds = 500;   // where two threads share one processor, each takes milliseconds
  constexpr int warm_up = 100;  // until both have come
  alignas(64) std::atomic<int> turn{0};
  std::chrono::duration<double, std::nano> taken{};
#pragma omp parallel num_threads(2)
  {
    const int me = omp_get_thread_num();
    const int turns = omp_get_num_threads() < 2 ? 0 : rounds;
#pragma omp barrier
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < turns; ++i) {
      if (i == warm_up) start = std::chrono::steady_clock::now();
      while (turn.load(std::memory_order_acquire) != 2 * i + me) {
      }
      turn.store(2 * i + me + 1, std::memory_order_release);
    }
    if (me == 0 && turns > 0) taken = std::chrono::steady_clock::now() - start;
  }
  return taken.count() / (2.0 * (rounds - warm_up));
}

}  // namespace tandem::benchmarks
