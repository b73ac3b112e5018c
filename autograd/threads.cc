#include "autograd/threads.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "autograd/denormals.h"
#include "autograd/error.h"
#include "autograd/team.h"

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

}  // namespace

int num_threads() { return threads().load(std::memory_order_relaxed); }

void set_num_threads(int n) {
  if (n < 1) throw_value_error("set_num_threads", std::to_string(n) + " threads", "at least 1");
  threads().store(n, std::memory_order_relaxed);
}

namespace detail {

void run_parallel(Index n, Index grain, Range call, void* body) {
  if (n <= 0) return;
  const unsigned mode = floating_point_mode();
  if (n > grain && num_threads() > 1 && !omp_in_parallel() &&
      run_by_team({call, body, n, std::min<Index>(num_threads(), ceil_div(n, grain)), mode}))
    return;
  const FlushDenormals flush(mode);
  call(body, 0, n);
}

}  // namespace detail
}  // namespace tandem
