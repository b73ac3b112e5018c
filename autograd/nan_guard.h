#pragma once

#include <utility>

#include "autograd/graph.h"

namespace tandem {

/// Whether no number of x is NaN or an infinity. True for integers.
bool all_finite(const Tensor& x);

namespace detail {
inline constinit thread_local int nan_guards = 0;
}  // namespace detail

/// While it lives, the first op on this thread that produces a NaN or an infinity, forward or backward, throws a
/// NotFiniteError that names the op and the module. Forward, ops that only move numbers are not checked: reshape,
/// permute, slice, concat, gather_rows, broadcast_to and ops made of them.
class NanGuard {
 public:
  [[nodiscard]] NanGuard();
  ~NanGuard();
  NanGuard(const NanGuard&) = delete;
  NanGuard& operator=(const NanGuard&) = delete;

 private:
  GraphNames names_;
};

/// While it lives, no NanGuard checks: an op inside a gradient function says less than the op that the function belongs
/// to, and an op that only moves numbers produces no new NaN or infinity.
class NanGuardPause {
 public:
  [[nodiscard]] NanGuardPause() : guards_(std::exchange(detail::nan_guards, 0)) {}
  ~NanGuardPause() { detail::nan_guards = guards_; }
  NanGuardPause(const NanGuardPause&) = delete;
  NanGuardPause& operator=(const NanGuardPause&) = delete;

 private:
  int guards_;
};

namespace detail {

/// @throws NotFiniteError that names the op, if its result y is not finite
void require_finite(const char* op, const Tensor& y);

}  // namespace detail
}  // namespace tandem
