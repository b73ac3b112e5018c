#pragma once

#include <exception>
#include <vector>

#include "autograd/threads.h"

namespace tandem::data {

/// f(0), f(1), ... f(n - 1), on all threads: all are called, also those after one that throws, and then the exception of
/// the first that threw one goes on, whatever the number of threads.
template <class F>
void for_each_in_parallel(Index n, F f) {
  std::vector<std::exception_ptr> thrown(static_cast<std::size_t>(n));
  parallel_for(n, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      try {
        f(i);
      } catch (...) {
        thrown[static_cast<std::size_t>(i)] = std::current_exception();
      }
    }
  });
  for (const std::exception_ptr& one : thrown)
    if (one) std::rethrow_exception(one);
}

}  // namespace tandem::data
