#pragma once

#include <atomic>
#include <cstdint>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace tandem {

namespace detail {

// The register of a thread that controls rounding and the treatment of denormal numbers. With these bits set, denormal
// results and operands count as zero.
#if defined(__SSE__)
inline constexpr unsigned flush_denormals = 0x8040;  // FTZ and DAZ
inline unsigned floating_point_mode() { return _mm_getcsr(); }
inline void set_floating_point_mode(unsigned mode) { _mm_setcsr(mode); }
#elif defined(__aarch64__)
inline constexpr unsigned flush_denormals = 1u << 24;  // FZ
inline unsigned floating_point_mode() {
  std::uint64_t mode;  // of which the upper half is unused
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return static_cast<unsigned>(mode);
}
inline void set_floating_point_mode(unsigned mode) { asm volatile("msr fpcr, %0" : : "r"(std::uint64_t{mode})); }
#else
inline constexpr unsigned flush_denormals = 0;
inline unsigned floating_point_mode() { return 0; }
inline void set_floating_point_mode(unsigned) {}
#endif

}  // namespace detail

/// While it lives, this thread flushes denormal numbers to zero if the processor has such a mode; then the mode is
/// restored. Adam's moments of rarely used weights decay into denormals, which are up to 100 times slower to compute
/// with.
class FlushDenormals {
 public:
  [[nodiscard]] FlushDenormals() noexcept : FlushDenormals(detail::floating_point_mode()) {}
  /// For a thread that works for another: rounds as that one does. `caller` is the other's floating_point_mode().
  [[nodiscard]] explicit FlushDenormals(unsigned caller) noexcept : mode_(detail::floating_point_mode()) {
    set(caller | detail::flush_denormals);
  }
  ~FlushDenormals() { set(mode_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  /// The compiler knows nothing of the mode. The fences keep it from moving loads and stores, and so the arithmetic
  /// between them, across the change.
  static void set(unsigned mode) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    detail::set_floating_point_mode(mode);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }

  unsigned mode_;
};

}  // namespace tandem
