#include "benchmarks/support/exchange.h"

#include <atomic>
#include <barrier>
#include <chrono>
#include <vector>

#include "autograd/threads.h"

namespace tandem::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using Nanoseconds = std::chrono::duration<double, std::nano>;

/// Calls f(0) and f(1) on two threads at the same time, which may wait for each other.
/// @return false, with nothing called, if a second thread could not be had
template <class F>
bool on_two_threads(F f) {
  constexpr int attempts = 10;
  for (int i = 0; i < attempts; ++i) {
    enum { alone, together, given_up };
    std::atomic<int> meeting = alone;
    const auto leave = [&](int to) {
      int present = alone;
      return meeting.compare_exchange_strong(present, to);
    };
    parallel_for(2, 1, [&](Index me, Index) {
      if (me == 1 && !leave(together)) return;
      if (me == 0) {
        const auto until = Clock::now() + std::chrono::milliseconds(10);
        while (meeting == alone && Clock::now() < until) {
        }
        if (leave(given_up)) return;
      }
      f(static_cast<int>(me));
    });
    if (meeting == together) return true;
  }
  return false;
}

}  // namespace

double exchange_nanoseconds() {
  constexpr int rounds = 500;   // not more: where two threads share one processor, each takes milliseconds
  constexpr int warm_up = 100;  // until both threads run
  alignas(64) std::atomic<int> turn{0};
  Nanoseconds taken{};
  const auto exchange = [&](int me) {
    auto start = Clock::now();
    for (int i = 0; i < rounds; ++i) {
      if (i == warm_up) start = Clock::now();
      while (turn.load(std::memory_order_acquire) != 2 * i + me) {
      }
      turn.store(2 * i + me + 1, std::memory_order_release);
    }
    if (me == 0) taken = Clock::now() - start;
  };
  if (num_threads() < 2 || !on_two_threads(exchange)) return 0;
  return taken.count() / (2.0 * (rounds - warm_up));
}

double rewrite_nanoseconds() {
  constexpr std::size_t lines = 4096, numbers = 16 * lines;  // 256 KB for each: they fit into a core's cache
  constexpr int rounds = 8;
  std::vector<std::vector<float>> owned(2, std::vector<float>(numbers));
  Nanoseconds taken{};
  std::atomic<float> seen{0};
  std::barrier both(2);
  const auto rewrite = [&](int me) {
    std::vector<float>& mine = owned[static_cast<std::size_t>(me)];
    const std::vector<float>& other = owned[static_cast<std::size_t>(1 - me)];
    for (int i = 0; i < rounds; ++i) {
      const auto start = Clock::now();
      for (float& number : mine) number += 1;
      if (me == 0 && i > 0) taken += Clock::now() - start;
      both.arrive_and_wait();
      float sum = 0;
      for (std::size_t j = 0; j < numbers; j += 16) sum += other[j];
      seen += sum;  // or the compiler could drop the reads
      both.arrive_and_wait();
    }
  };
  if (num_threads() < 2 || !on_two_threads(rewrite)) return 0;
  return taken.count() / ((rounds - 1) * static_cast<double>(lines));
}

}  // namespace tandem::benchmarks
