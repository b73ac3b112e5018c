#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// Measures where the time of this thread goes, op by op, while it lives:
///
///     Profiler profiler;
///     train(...);
///     std::cout << profiler.table();
///
/// An op's forward time is counted from the end of the op before it on this thread; its backward time is that of its
/// gradient functions. Work outside of ops counts if a ProfileScope marks it, such as the optimisers' steps, the
/// loader's batches and augmentation.
class Profiler {
 public:
  struct Entry {
    std::string name;
    bool backward = false;
    Index calls = 0;
    double seconds = 0;
    /// Of matrix products only. A multiplication and an addition count as two. Zeros that were skipped count like other
    /// numbers, so the rate can exceed the peak.
    double flop = 0;
    double bytes = 0;  ///< of the results of forward ops
  };

  [[nodiscard]] Profiler();
  ~Profiler();
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  /// What was seen so far, the longest first.
  std::vector<Entry> entries() const;
  /// The same as a readable table, with rates and the share of peak_flops().
  std::string table() const;

  /// The float32 operations per second of a loop of multiply-adds on registers, on num_threads() threads:
  /// what the processor can do at most. Measures for some milliseconds.
  static double peak_flops();

  /// The profiler that is at work on this thread, or null.
  static Profiler* current() noexcept { return current_; }

  /// An op has computed y; for record().
  void forward(const char* name, const Tensor& y);
  /// A matrix product was computed.
  void count_flop(double flop) { flop_ += flop; }

 private:
  friend class ProfileScope;
  using Clock = std::chrono::steady_clock;
  /// Books the time and the work since `last_` on an entry.
  void book(const char* name, bool backward, double bytes);

  std::map<std::pair<std::string, bool>, Entry> entries_;
  Clock::time_point last_ = Clock::now();  ///< when the last op ended
  double flop_ = 0;                        ///< since then
  int scopes_ = 0;                         ///< that are open
  Profiler* outer_;
  static inline thread_local Profiler* current_ = nullptr;
};

/// Books the time of a scope under one name if a Profiler is at work on this thread; ops inside it are not
/// counted on their own.
class ProfileScope {
 public:
  [[nodiscard]] explicit ProfileScope(const char* name, bool backward = false) noexcept
      : profiler_(Profiler::current()), name_(name), backward_(backward) {
    if (profiler_) [[unlikely]]
      begin();
  }
  ~ProfileScope() {
    if (profiler_) [[unlikely]]
      end();
  }
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  void begin() noexcept;
  void end();

  Profiler* profiler_;
  const char* name_;
  bool backward_;
};

}  // namespace tandem
