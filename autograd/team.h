#pragma once

#include "autograd/shape.h"

namespace tandem::detail {

/// A parallel loop over [0, n), cut into `shares`.
struct Loop {
  void (*call)(void* body, Index begin, Index end);
  void* body;
  Index n;
  Index shares;
  unsigned mode;  ///< the floating-point mode of the caller, floating_point_mode()
};

/// Runs each share of the loop once, on the calling thread and on shares - 1 others, and returns when all have ended.
/// All threads of a program share these others, the team. Why it is not OpenMP's: those threads spin for milliseconds
/// when they wait, and each loop waits for all of them. On a machine that is busy with other programs that can take a
/// hundred times as long as the work. These wait for 50 microseconds by asking again and again, since a thread that
/// sleeps takes many to wake; then they sleep. What a thread has not begun when the caller is done with its own share,
/// the caller does.
/// @return false, with nothing run, if the team is at work for another loop
/// @throws what the first of the shares that threw has thrown
bool run_by_team(const Loop& loop);

}  // namespace tandem::detail
