#include "autograd/team.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "autograd/denormals.h"
#include "autograd/threads.h"

namespace tandem::detail {
namespace {

constexpr std::chrono::microseconds patience{50};  // before a thread that waits goes to sleep

/// @return what the share has thrown, or nothing
std::exception_ptr run_share(const Loop& loop, Index share) noexcept {
  const FlushDenormals flush(loop.mode);
  // So many are numbers, of which 16 are a cache line; fewer may be rows.
  const Index unit = loop.n / loop.shares < 1024 ? 1 : 16;
  const Index begin = parallel_cut(loop.n, share, loop.shares, unit);
  const Index end = parallel_cut(loop.n, share + 1, loop.shares, unit);
  try {
    if (begin < end) loop.call(loop.body, begin, end);
    return nullptr;
  } catch (...) {
    return std::current_exception();
  }
}

/// Waits until `state` is another than `present`.
void wait_while(const std::atomic<int>& state, int present) {
  using Clock = std::chrono::steady_clock;
  for (const auto until = Clock::now() + patience; Clock::now() < until;)
    for (int i = 0; i < 50; ++i) {
      if (state.load(std::memory_order_acquire) != present) return;
#if defined(__SSE__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
  state.wait(present);
}

/// Where a thread of the team gets its share of each loop, always the same one. All of it is one cache line, which
/// travels to that thread and back.
class alignas(64) Seat {
 public:
  explicit Seat(Index share) : share_(share) {}

  /// For the caller of the loop.
  void offer(const Loop& loop) {
    loop_ = loop;
    set(offered);
  }
  /// For the caller: runs the share if the thread has not begun it, else waits for its end. @return what it has thrown
  std::exception_ptr finish() {
    if (take(offered, empty)) return run_share(loop_, share_);
    wait_while(state_, taken);
    return std::exchange(thrown_, nullptr);
  }

  /// For the thread: runs what is offered, until close().
  void serve() {
    while (state_ != closed) {
      wait_while(state_, empty);
      if (!take(offered, taken)) continue;
      thrown_ = run_share(loop_, share_);
      set(empty);
    }
  }
  void close() { set(closed); }

 private:
  enum State { empty, offered, taken, closed };

  void set(State to) {
    state_ = to;
    state_.notify_one();
  }
  /// Only one of the two can take what is offered. It looks first: an exchange in vain would move the line, too.
  bool take(int from, State to) { return state_ == from && state_.compare_exchange_strong(from, to); }

  std::atomic<int> state_ = empty;
  const Index share_;
  Loop loop_{};
  std::exception_ptr thrown_;
};

/// If OpenMP binds threads to places (OMP_PROC_BIND), so that a new thread would share the place of the one that starts
/// it: moves this thread, the number-th of the team, to another.
void go_to_place([[maybe_unused]] int number) {
#if defined(__linux__)
  const int places = omp_get_num_places();
  if (omp_get_proc_bind() == omp_proc_bind_false || places == 0) return;
  const int place = number % places;
  std::vector<int> processors(static_cast<std::size_t>(omp_get_place_num_procs(place)));
  omp_get_place_proc_ids(place, processors.data());
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int processor : processors) CPU_SET(static_cast<std::size_t>(processor), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
#endif
}

class Team {
 public:
  bool run(const Loop& loop) {
    if (busy_.exchange(true, std::memory_order_acquire)) return false;
    const struct Release {
      std::atomic<bool>& busy;
      ~Release() { busy.store(false, std::memory_order_release); }
    } release{busy_};
    const auto others = static_cast<std::size_t>(loop.shares - 1);
    while (seats_.size() < others) add_thread();
    for (std::size_t i = 0; i < others; ++i) seats_[i].offer(loop);
    std::exception_ptr thrown = run_share(loop, 0);
    for (std::size_t i = 0; i < others; ++i)
      if (const std::exception_ptr other = seats_[i].finish(); other && !thrown) thrown = other;
    if (thrown) std::rethrow_exception(thrown);
    return true;
  }

  /// Ends the threads. Later loops find the team busy. Does nothing in the middle of a loop, whose body has called
  /// exit().
  void close() {
    if (busy_.exchange(true)) return;
    for (Seat& seat : seats_) seat.close();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void add_thread() {
    const Index share = std::ssize(seats_) + 1;  // the caller has the first
    Seat& seat = seats_.emplace_back(share);
    try {
      threads_.emplace_back([&seat, share] {
        go_to_place(static_cast<int>(share));
        seat.serve();
      });
    } catch (const std::system_error&) {  // no thread to be had: what this seat is offered is left to the caller
    }
  }

  std::atomic<bool> busy_ = false;
  std::deque<Seat> seats_;
  std::vector<std::thread> threads_;
};

/// Never destroyed: loops may run until the very end of the process.
Team*& team() {
  static auto* team = new Team;
  return team;
}

/// In the child of a fork() the threads do not exist.
[[maybe_unused]] const int at_fork = pthread_atfork(nullptr, nullptr, [] { team() = new Team; });

const struct AtExit {
  ~AtExit() { team()->close(); }
} at_exit;

}  // namespace

bool run_by_team(const Loop& loop) { return team()->run(loop); }

}  // namespace tandem::detail
