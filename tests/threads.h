#pragma once

#include "autograd/threads.h"

namespace tandem::test {

/// Sets the number of threads for a scope.
class Threads {
 public:
  explicit Threads(int n) : before_(num_threads()) { set_num_threads(n); }
  ~Threads() { set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

/// f(), computed by n threads.
template <class F>
auto with_threads(int n, F f) {
  const Threads set(n);
  return f();
}

}  // namespace tandem::test
