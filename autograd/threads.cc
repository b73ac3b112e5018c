#include "autograd/threads.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "autograd/error.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

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

// The register that says, for one thread, how to round and what to do with denormal numbers; results and operands alike
// count as zero with these bits.
#if defined(__SSE__)
constexpr unsigned flush_denormals = 0x8040;  // FTZ and DAZ
unsigned floating_point_mode() { return _mm_getcsr(); }
void set_floating_point_mode(unsigned mode) { _mm_setcsr(mode); }
#elif defined(__aarch64__)
constexpr unsigned flush_denormals = 1u << 24;  // FZ
unsigned floating_point_mode() {
  std::uint64_t mode;  // of which the upper half is unused
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return static_cast<unsigned>(mode);
}
void set_floating_point_mode(unsigned mode) { asm volatile("msr fpcr, %0" : : "r"(std::uint64_t{mode})); }
#else
constexpr unsigned flush_denormals = 0;
unsigned floating_point_mode() { return 0; }
void set_floating_point_mode(unsigned) {}
#endif

}  // namespace

int num_threads() { return threads().load(std::memory_order_relaxed); }

void set_num_threads(int n) {
  if (n < 1) throw_value_error("set_num_threads", std::to_string(n) + " threads", "at least 1");
  threads().store(n, std::memory_order_relaxed);
}

namespace detail {

FlushDenormals::FlushDenormals() noexcept : mode_(floating_point_mode()) {
  set_floating_point_mode(mode_ | flush_denormals);
}
FlushDenormals::~FlushDenormals() { set_floating_point_mode(mode_); }

void run_parallel(Index n, Index grain, Range call, void* body) {
  if (n <= 0) return;
  if (n > grain && num_threads() > 1 && !omp_in_parallel()) {
    const auto team = static_cast<int>(std::min<Index>(num_threads(), (n + grain - 1) / grain));
    std::exception_ptr thrown;
    Index thrown_by = team;
#pragma omp parallel num_threads(team)
    {
      const FlushDenormals flush;
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
