#include "benchmarks/support/rounds.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "autograd/kernels/peak.h"
#include "autograd/threads.h"
#include "examples/support/machine.h"
#include "examples/support/median.h"

namespace tandem::benchmarks {
namespace {

/// Keeps the threads that compute at work for 10 ms: they are awake and apart then, and those of another library's
/// OpenMP, which spin for up to 8 ms after their last loop, are asleep.
void settle() {
  const auto start = std::chrono::steady_clock::now();
  while (num_threads() > 1 && examples::seconds_since(start) < 0.01) kernels::multiply_add_loop();
}

double seconds_of(const Contender& contender, int runs) {
  settle();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < runs; ++i) contender.run();
  return examples::seconds_since(start) / runs;
}

}  // namespace

double Timing::median() const { return examples::median(seconds); }
double Timing::min() const { return *std::min_element(seconds.begin(), seconds.end()); }
double Timing::max() const { return *std::max_element(seconds.begin(), seconds.end()); }

std::vector<Timing> time_in_turn(const std::vector<Contender>& contenders, int rounds, double seconds) {
  std::vector<int> runs;
  for (const Contender& contender : contenders) {
    seconds_of(contender, 1);  // caches, first-use allocations, threads
    runs.push_back(static_cast<int>(std::clamp(std::ceil(seconds / seconds_of(contender, 1)), 1.0, 1e6)));
  }
  std::vector<Timing> timings(contenders.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < contenders.size(); ++i)
      timings[i].seconds.push_back(seconds_of(contenders[i], runs[i]));
  return timings;
}

}  // namespace tandem::benchmarks
