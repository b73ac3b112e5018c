#include "autograd/threads.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "tests/check.h"
#include "tests/random.h"
#include "tests/threads.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

using namespace tandem;
using namespace tandem::test;

namespace {

/// The bits of a result and of its gradients, with some number of threads.
std::vector<Tensor> run(int threads, const std::function<Tensor(const std::vector<Tensor>&)>& f,
                        const std::vector<Tensor>& inputs) {
  const Threads scope(threads);
  std::vector<Tensor> leaves, results;
  for (const Tensor& input : inputs) {
    leaves.push_back(input.clone());
    if (is_floating(input.dtype())) leaves.back().requires_grad_();
  }
  const Tensor y = f(leaves);
  y.backward(random(y.shape(), y.dtype()));
  results.push_back(y.detach());
  for (const Tensor& leaf : leaves)
    if (leaf.grad().defined()) results.push_back(leaf.grad());
  return results;
}

// The floating-point mode of this thread. `status`: bits that say what has happened, not what is to happen.
#if defined(__SSE__)
constexpr unsigned flush = 0x8040, towards_zero = 0x6000, status = 0x3f;
unsigned get_mode() { return _mm_getcsr(); }
void set_mode(unsigned mode) { _mm_setcsr(mode); }
#elif defined(__aarch64__)
constexpr unsigned flush = 1u << 24, towards_zero = 3u << 22, status = 0;
unsigned get_mode() {
  std::uint64_t mode;
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return static_cast<unsigned>(mode);
}
void set_mode(unsigned mode) { asm volatile("msr fpcr, %0" : : "r"(std::uint64_t{mode})); }
#endif

}  // namespace

TEST_CASE("threads: the number can be set", "[autograd]") {
  CHECK(num_threads() >= 1);
  {
    const Threads three(3);
    CHECK(num_threads() == 3);
  }
  CHECK(message_of<ValueError>([] { set_num_threads(0); }) == "set_num_threads: 0 threads\n  hint: at least 1");
}

TEST_CASE("threads: parallel_for covers every index once, in equal shares", "[autograd]") {
  for (const int threads : {1, 2, 3, 8}) {
    const Threads scope(threads);
    for (const Index n : {0, 1, 7, 8, 9, 64, 1000, 100'000})
      for (const Index grain : {1, 3, 8, 5000}) {
        CAPTURE(threads, n, grain);
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(n));
        std::atomic<Index> calls{0}, longest{0}, shortest{n};
        parallel_for(n, grain, [&](Index begin, Index end) {
          ++calls;
          for (Index seen = longest; seen < end - begin && !longest.compare_exchange_weak(seen, end - begin);) {
          }
          for (Index seen = shortest; seen > end - begin && !shortest.compare_exchange_weak(seen, end - begin);) {
          }
          for (Index i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
        });
        CHECK(calls == std::min<Index>(threads, (n + grain - 1) / grain));
        CHECK(longest - shortest <= (n / threads < 1024 ? 1 : 2 * 16));
        CHECK(std::all_of(visits.begin(), visits.end(), [](const auto& v) { return v == 1; }));
      }
  }
}

TEST_CASE("threads: many numbers are cut at a multiple of a cache line, rows in the middle", "[autograd]") {
  const Threads scope(2);
  for (const auto& [n, cut] : {std::pair<Index, Index>{51'216, 25'600}, {1'570, 785}}) {
    std::atomic<Index> begins{0};
    parallel_for(n, 1, [&](Index begin, Index) { begins += begin; });
    CHECK(begins == cut);
  }
}

TEST_CASE("threads: parallel_for inside parallel_for runs where it is called", "[autograd]") {
  const Threads scope(4);
  std::atomic<int> inner_calls{0}, sum{0};
  parallel_for(4, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i)
      parallel_for(100, 1, [&](Index from, Index to) {
        ++inner_calls;
        sum += static_cast<int>(to - from);
      });
  });
  CHECK(sum == 400);
  CHECK(inner_calls == 4);
}

TEST_CASE("threads: the first exception reaches the caller, once all ranges have ended", "[autograd]") {
  const int threads = GENERATE(1, 2, 3, 8);
  const Threads scope(threads);
  std::vector<int> called(10, 0);
  const auto fail = [&] {
    parallel_for(10, 1, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        called[static_cast<std::size_t>(i)] = 1;
        if (i % 4 == 3) throw ValueError(std::to_string(i));
      }
    });
  };
  CHECK(message_of<ValueError>(fail) == "3");
  CHECK(called[6] == (threads > 1));                 // of another range
  parallel_for(10, 1, [&](Index begin, Index end) {  // the threads can be used again
    for (Index i = begin; i < end; ++i) called[static_cast<std::size_t>(i)] = 2;
  });
  CHECK(called == std::vector<int>(10, 2));
}

#if defined(__SSE__) || defined(__aarch64__)
TEST_CASE("threads: the caller's floating-point mode is kept", "[autograd]") {
  const unsigned original = get_mode();
  const int threads = GENERATE(1, 3);
  for (const unsigned mode : {original & ~flush, original | flush, original | towards_zero}) {
    const Threads scope(threads);
    set_mode(mode);
    std::atomic<int> not_flushing{0};
    parallel_for(100, 10, [&](Index, Index) {
      volatile float denormal = 1e-39f, small = 1e-20f;
      not_flushing += (get_mode() & flush) != flush || denormal * 1e10f != 0 || small * small != 0;
    });
    const Tensor y = exp(random({40'000}));
    const unsigned after = get_mode();
    set_mode(original);
    CHECK((after & ~status) == (mode & ~status));
    CHECK(not_flushing == 0);
  }
}

TEST_CASE("threads: all round as the caller does", "[autograd]") {
  const unsigned original = get_mode();
  const auto sums = [&](int threads) {
    const Threads scope(threads);
    set_mode(original | towards_zero);
    const Tensor y = exp(random({40'000}));
    set_mode(original);
    return y.to_vector<float>();
  };
  CHECK(sums(1) == sums(2));
  CHECK(sums(2) != exp(random({40'000})).to_vector<float>());
}
#endif

TEST_CASE("threads: the child of a fork computes too", "[autograd]") {
  const Threads two(2);
  const Tensor x = random({300, 300}), expected = matmul(x, x);  // which may have started a thread
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);  // which ends it if it waits for a thread that is not there
    const Tensor y = matmul(x, x);
    _exit(std::ranges::equal(y.to_vector<float>(), expected.to_vector<float>()) ? 0 : 1);
  }
  int how = -1;
  REQUIRE(waitpid(child, &how, 0) == child);
  CHECK(WIFEXITED(how));
  CHECK(WEXITSTATUS(how) == 0);
}

TEST_CASE("threads: kernels give the same bits for any number of threads", "[autograd]") {
  using Inputs = const std::vector<Tensor>&;
  struct Case {
    const char* name;
    std::function<Tensor(Inputs)> f;
    std::vector<Tensor> inputs;
  };
  const Tensor label = (random({3000}) * 0.0).to(DType::int64);
  const Case cases[] = {
      {"sum", [](Inputs t) { return sum(t[0]); }, {random({300'001})}},
      {"sum of float64", [](Inputs t) { return sum(t[0]); }, {random({100'001}, DType::float64)}},
      {"mean of rows", [](Inputs t) { return mean(t[0], {1}); }, {random({700, 301})}},
      {"mean of columns", [](Inputs t) { return mean(t[0], {0}); }, {random({701, 301})}},
      {"max of columns", [](Inputs t) { return max(t[0], {0}); }, {random({701, 301})}},
      {"variance",
       [](Inputs t) {
         return variance(t[0], {0, 2});
       },
       {random({40, 30, 70})}},
      {"add, broadcast", [](Inputs t) { return t[0] + t[1]; }, {random({500, 301}), random({301})}},
      {"multiply by column", [](Inputs t) { return t[0] * t[1]; }, {random({500, 301}), random({500, 1})}},
      {"gelu", [](Inputs t) { return gelu(t[0], Gelu::tanh); }, {random({100'003})}},
      {"exp of sums", [](Inputs t) { return exp(tanh(t[0] + t[0])); }, {random({100'003})}},
      {"softmax", [](Inputs t) { return softmax(t[0]); }, {random({3000, 37})}},
      {"log_softmax", [](Inputs t) { return log_softmax(t[0], 0); }, {random({37, 3000})}},
      {"logsumexp", [](Inputs t) { return logsumexp(t[0]); }, {random({3000, 37})}},
      {"cross_entropy", [](Inputs t) { return cross_entropy(t[0], t[1], 0.1); }, {random({3000, 37}), label}},
      {"bce", [](Inputs t) { return bce_with_logits(t[0], sigmoid(t[1])); }, {random({90'001}), random({90'001})}},
      {"gather_rows", [](Inputs t) { return gather_rows(t[0], t[1]); }, {random({50, 90}), label}},
      {"matmul", [](Inputs t) { return matmul(t[0], t[1]); }, {random({301, 203}), random({203, 402})}},
      {"matmul of float64",
       [](Inputs t) { return matmul(t[0], transposed(t[1])); },
       {random({201, 203}, DType::float64), random({302, 203}, DType::float64)}},
      {"matmul of a batch", [](Inputs t) { return matmul(t[0], t[1]); }, {random({3, 200, 203}), random({203, 202})}},
      {"matmul of small matrices",
       [](Inputs t) { return matmul(t[0], t[1]); },
       {random({10, 28, 28}), random({7, 10, 28, 29})}},
      {"matmul of a few large ones",
       [](Inputs t) { return matmul(transposed(t[0]), t[1]); },
       {random({3, 103, 120}), random({3, 103, 130})}},
      {"linear",
       [](Inputs t) { return relu(linear(t[0], t[1], t[2])); },
       {random({257, 300}), random({310, 300}), random({310})}},
      {"permute",
       [](Inputs t) {
         return permute(t[0], {2, 0, 1});
       },
       {random({40, 50, 60})}},
  };
  for (const Case& c : cases) {
    const auto one = run(1, c.f, c.inputs);
    for (const int threads : {2, 3, 8}) {
      INFO(c.name << " with " << threads << " threads");
      const auto several = run(threads, c.f, c.inputs);
      REQUIRE(several.size() == one.size());
      for (std::size_t i = 0; i < one.size(); ++i) check_equal(several[i], one[i]);
    }
  }
}

TEST_CASE("threads: a result does not depend on where its block began", "[autograd]") {
  const Tensor x = random({50'000});
  const Tensor y = softplus(x);
  for (const Index begin : {0, 1, 5, 16'383, 49'999})
    check_equal(softplus(x.rows(begin, 50'000)), y.rows(begin, 50'000));
}
