#include "autograd/threads.h"

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "autograd/denormals.h"
#include "autograd/error.h"

namespace tandem {
namespace {

int default_threads() {
  if (const char* text = std::getenv("TANDEM_NUM_THREADS"); text && *text) {
    const std::string_view all = text;
    int threads = 0;
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), threads);
    if (error != std::errc() || end != all.data() + all.size() || threads < 1 || threads > most_threads)
      throw_value_error("TANDEM_NUM_THREADS", "\"" + std::string(all) + "\"",
                        "a whole number from 1 to " + std::to_string(most_threads));
    return threads;
  }
  return omp_get_max_threads();
}

std::atomic<int>& threads() {
  static std::atomic<int> value{default_threads()};
  return value;
}

/// Only the thread that called fork() lives on in the child, and GCC's OpenMP would wait there for the threads that it
/// had started. So after a parallel loop the child computes with one thread.
std::atomic<bool> has_team = false, lost_team = false;
[[maybe_unused]] const int at_fork = pthread_atfork(nullptr, nullptr, [] { lost_team = has_team.load(); });

}  // namespace

int num_threads() { return threads().load(std::memory_order_relaxed); }

void set_num_threads(int n) {
  if (n < 1) throw_value_error("set_num_threads", std::to_string(n) + " threads", "at least 1");
  threads().store(n, std::memory_order_relaxed);
}

namespace detail {

void run_parallel(Index n, Index grain, Range call, void* body) {
  if (n <= 0) return;
  if (n > grain && num_threads() > 1 && !omp_in_parallel() && !lost_team.load(std::memory_order_relaxed)) {
    if (!has_team.load(std::memory_order_relaxed)) has_team.store(true, std::memory_order_relaxed);
    const auto team = static_cast<int>(std::min<Index>(num_threads(), ceil_div(n, grain)));
    const unsigned mode = detail::floating_point_mode();
    std::exception_ptr thrown;
    Index thrown_by = team;
#pragma omp parallel num_threads(team)
    {
      const FlushDenormals flush(mode);
      const Index count = omp_get_num_threads(), me = omp_get_thread_num();
      const Index unit =
          n / count < 1024 ? 1 : 16;  // so many are numbers, of which 16 are a cache line; fewer may be rows
      const Index first = parallel_cut(n, me, count, unit), last = parallel_cut(n, me + 1, count, unit);
      try {
        if (first < last) call(body, first, last);
      } catch (...) {
#pragma omp critical(tandem_thrown)
        if (me < thrown_by) {
          thrown_by = me;
          thrown = std::current_exception();
        }
      }
    }
    if (thrown) std::rethrow_exception(thrown);
    return;
  }
  const FlushDenormals flush;
  call(body, 0, n);
}

}  // namespace detail
}  // namespace tandem
