#include "benchmarks/support/exchange.h"

#include <omp.h>

#include <atomic>
#include <chrono>
#include <vector>

#include "autograd/threads.h"

namespace tandem::benchmarks {

double exchange_nanoseconds() {
  if (num_threads() < 2) return 0;
  constexpr int rounds = 500;   // not more: where two threads share one processor, each takes milliseconds
  constexpr int warm_up = 100;  // until both threads run
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

double rewrite_nanoseconds() {
  if (num_threads() < 2) return 0;
  constexpr std::size_t lines = 4096, numbers = 16 * lines;  // 256 KB for each: they fit into a core's cache
  constexpr int rounds = 8;
  std::vector<std::vector<float>> owned(2, std::vector<float>(numbers));
  std::chrono::duration<double, std::nano> taken{};
  std::atomic<float> seen{0};
#pragma omp parallel num_threads(2)
  {
    const auto me = static_cast<std::size_t>(omp_get_thread_num());
    std::vector<float>& mine = owned[me];
    const std::vector<float>& other = owned[omp_get_num_threads() < 2 ? me : 1 - me];
    for (int i = 0; i < rounds; ++i) {
      const auto start = std::chrono::steady_clock::now();
      for (float& number : mine) number += 1;
      if (me == 0 && i > 0) taken += std::chrono::steady_clock::now() - start;
#pragma omp barrier
      float sum = 0;
      for (std::size_t j = 0; j < numbers; j += 16) sum += other[j];
      seen += sum;  // or the compiler could drop the reads
#pragma omp barrier
    }
  }
  return taken.count() / ((rounds - 1) * static_cast<double>(lines));
}

}  // namespace tandem::benchmarks
