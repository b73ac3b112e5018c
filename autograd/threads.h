#pragma once

#include <type_traits>

#include "autograd/shape.h"

namespace tandem {

/// Number of threads that kernels use: set_num_threads(), else TANDEM_NUM_THREADS, else what OpenMP says
/// (OMP_NUM_THREADS or the number of processors). Results do not depend on it.
/// @throws ValueError if TANDEM_NUM_THREADS is used and is not a whole number from 1 to most_threads
int num_threads();
/// @throws ValueError if threads < 1
void set_num_threads(int threads);

constexpr int most_threads = 1024;  ///< that the environment, or a flag of a program, may ask for

/// Where the i-th of equal shares of n begins, at a multiple of `unit`; the last one ends at n.
inline Index parallel_cut(Index n, Index i, Index shares, Index unit = 1) {
  return i == shares ? n : n * i / shares / unit * unit;
}

namespace detail {

using Range = void (*)(void* body, Index begin, Index end);
void run_parallel(Index n, Index grain, Range call, void* body);

}  // namespace detail

/// Calls body(begin, end) for ranges of nearly the same length that together cover [0, n): one per thread, or one per
/// `grain` if that makes fewer. Equal shares mean that a thread meets the same rows of a matrix again and again, in its
/// own cache. The program has one team of threads: with n <= grain, while the team is at work for another loop, and in
/// a parallel region of OpenMP, everything runs on the calling thread. Two ranges may run one after the other, so they
/// must not wait for each other, and results must not depend on where the cuts lie. If `body` throws, the other ranges
/// still finish; then the exception of the first range that threw is rethrown.
template <class Body>
void parallel_for(Index n, Index grain, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  detail::run_parallel(
      n, grain, [](void* b, Index begin, Index end) { (*static_cast<Plain*>(b))(begin, end); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

}  // namespace tandem
