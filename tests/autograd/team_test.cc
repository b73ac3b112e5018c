#include "autograd/team.h"

#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "autograd/sanitizer.h"
#include "autograd/threads.h"
#include "tests/check.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;
using std::chrono::milliseconds;

namespace {

/// The thread of a team of two that is not the calling one.
pthread_t other_thread() {
  std::atomic<pthread_t> other = pthread_self();
  while (pthread_equal(other, pthread_self())) {  // it may be late: then the caller does its share
    std::atomic<bool> there = false;
    parallel_for(2, 1, [&](Index begin, Index) {
      if (!pthread_equal(pthread_self(), other)) other = pthread_self();
      if (begin == 1) there = true;
      for (int i = 0; begin == 0 && i < 100 && !there; ++i) std::this_thread::sleep_for(milliseconds(1));
    });
  }
  return other;
}

std::atomic<bool> stopped, go_on;

void stop(int) {
  stopped = true;
  while (!go_on) {
  }
}

/// Stops another thread, wherever it is.
class Stopped {
 public:
  explicit Stopped(pthread_t thread) {
    stopped = go_on = false;
    struct sigaction action {};
    action.sa_handler = stop;
    sigaction(SIGUSR1, &action, &before_);
    pthread_kill(thread, SIGUSR1);
    while (!stopped) std::this_thread::yield();
  }
  ~Stopped() {
    go_on = true;
    sigaction(SIGUSR1, &before_, nullptr);
  }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  struct sigaction before_ {};
};

double processor_seconds(pthread_t thread) {
  clockid_t clock{};
  REQUIRE(pthread_getcpuclockid(thread, &clock) == 0);
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

TEST_CASE("team: nobody waits for a thread that does not run", "[autograd]") {
  const Threads two(2);
  const pthread_t other = other_thread();
  {
    const Stopped late(other);
    for (int i = 0; i < 10; ++i) {
      std::vector<int> called(100, 0);
      parallel_for(100, 1, [&](Index begin, Index end) {
        CHECK_FALSE(pthread_equal(pthread_self(), other));
        for (Index j = begin; j < end; ++j) ++called[static_cast<std::size_t>(j)];
      });
      CHECK(called == std::vector<int>(100, 1));
    }
  }
  CHECK(pthread_equal(other_thread(), other));  // it is at work again
}

TEST_CASE("team: a thread without work takes no time from others", "[autograd]") {
  const Threads two(2);
  const pthread_t other = other_thread();
  std::this_thread::sleep_for(milliseconds(20));
  const double before = processor_seconds(other);
  std::this_thread::sleep_for(milliseconds(200));
  CHECK(processor_seconds(other) - before < 0.01);
}

TEST_CASE("team: all threads of a program share one", "[autograd]") {
  constexpr int callers = 4, threads = 3;
  const Threads scope(threads);
  std::mutex mutex;
  std::set<std::thread::id> at_work;
  std::vector<int> covered(callers, 0);
  {
    std::vector<std::jthread> programs;
    for (int c = 0; c < callers; ++c)
      programs.emplace_back([&, c] {
        for (int i = 0; i < 200; ++i) {
          std::atomic<Index> sum = 0;
          parallel_for(3000, 1, [&](Index begin, Index end) {
            sum += end - begin;
            const std::lock_guard lock(mutex);
            at_work.insert(std::this_thread::get_id());
          });
          covered[static_cast<std::size_t>(c)] += sum == 3000;
        }
      });
  }
  CHECK(covered == std::vector<int>(callers, 200));
  CHECK(at_work.size() <= callers + threads - 1);
}

#if !defined(TANDEM_ADDRESS_SANITIZER)  // which would look for leaks at the end of the child
TEST_CASE("team: a program may end in the middle of a loop", "[autograd][exit]") {
  const Threads two(2);
  const Index where = GENERATE(0, 1);  // the caller, and where it can be had the other thread
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);  // which ends it if it waits for its own end
    parallel_for(2, 1, [=](Index begin, Index) {
      if (begin == where) std::exit(7);
      std::this_thread::sleep_for(milliseconds(100));
    });
  }
  int how = -1;
  REQUIRE(waitpid(child, &how, 0) == child);
  CHECK(WIFEXITED(how));
  CHECK(WEXITSTATUS(how) == 7);
}
#endif

TEST_CASE("team: stays out of the program's own parallel regions", "[autograd][openmp]") {
  const Threads scope(4);
  std::atomic<int> calls = 0, threads = 0;
#pragma omp parallel num_threads(2)
  {
    if (omp_get_thread_num() == 0) threads = omp_get_num_threads();
    parallel_for(100, 1, [&](Index begin, Index end) { calls += begin == 0 && end == 100; });
  }
  CHECK(threads == 2);
  CHECK(calls == 2);
}

#if defined(__linux__)
// Run by itself, with OMP_PROC_BIND=true (tests/CMakeLists.txt).
TEST_CASE("places: the threads of the team are where OpenMP would put them", "[.][places]") {
#pragma omp parallel num_threads(2)
  {}  // binds this thread to the first place
  const int places = omp_get_num_places();
  REQUIRE(places > 0);
  const int place = 1 % places;
  std::vector<int> processors(static_cast<std::size_t>(omp_get_place_num_procs(place)));
  omp_get_place_proc_ids(place, processors.data());
  const Threads two(2);
  cpu_set_t set;
  REQUIRE(pthread_getaffinity_np(other_thread(), sizeof set, &set) == 0);
  CHECK(CPU_COUNT(&set) == static_cast<int>(processors.size()));
  for (const int processor : processors) CHECK(CPU_ISSET(static_cast<std::size_t>(processor), &set));
}
#endif
