#include "autograd/pool.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/noise.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "autograd/sanitizer.h"
#include "tests/check.h"

#if defined(TANDEM_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

using namespace tandem;
using namespace tandem::test;

TEST_CASE("pool: the child of a fork finds no list that nobody gives back", "[autograd]") {
  std::atomic<bool> done = false;
  std::thread busy([&] {
    while (!done) static_cast<void>(zeros({3}));
  });
  int ended = 0;
  constexpr int forks = 100;
  for (int i = 0; i < forks; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);  // which ends it if it waits
      _exit(static_cast<int>(sum(ones({3})).item()) == 3 ? 0 : 1);
    }
    int status = -1;
    ended += child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  done = true;
  busy.join();
  CHECK(ended == forks);
}

TEST_CASE("pool: blocks are aligned, large enough and hardly larger", "[autograd]") {
  for (std::size_t bytes = 1; bytes < 3'000'000; bytes += 1 + bytes / 7) {
    CAPTURE(bytes);
    const std::size_t before = pool::statistics().bytes_in_use;
    void* block = pool::acquire(bytes);
    const std::size_t taken = pool::statistics().bytes_in_use - before;
    CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
    CHECK(taken >= bytes);
    CHECK(taken <= bytes + bytes / 4 + 64);
    std::memset(block, 1, bytes);
    pool::release(block, bytes);
    CHECK(pool::statistics().bytes_in_use == before);
  }
}

#if defined(TANDEM_ADDRESS_SANITIZER)
TEST_CASE("pool: the sanitizer sees a use after release", "[autograd]") {
  char* block = static_cast<char*>(pool::acquire(1000));
  CHECK(!__asan_address_is_poisoned(block + 500));
  pool::release(block, 1000);
  CHECK(__asan_address_is_poisoned(block + 500));
}
#endif

TEST_CASE("pool: released blocks are used again, trimmed ones are gone", "[autograd]") {
  void* block = pool::acquire(100'000);
  pool::release(block, 100'000);
  const auto kept = pool::statistics();
  CHECK(kept.bytes_kept >= 100'000);
  CHECK(pool::acquire(99'000) == block);  // the same size class
  CHECK(pool::statistics().system_requests == kept.system_requests);
  CHECK(pool::statistics().requests == kept.requests + 1);
  pool::release(block, 99'000);
  pool::trim();
  CHECK(pool::statistics().bytes_kept == 0);
  CHECK(pool::statistics().bytes_in_use == kept.bytes_in_use);
  pool::release(pool::acquire(100'000), 100'000);
  CHECK(pool::statistics().system_requests == kept.system_requests + 1);
  pool::release(nullptr, 0);
  CHECK_THROWS_AS(pool::acquire(~std::size_t{0} / 2), std::bad_alloc);
}

TEST_CASE("pool: blocks of several threads are never one", "[autograd]") {
  std::vector<std::thread> threads;
  std::atomic<int> overwritten{0};
  std::vector<void*> handed_over(8);
  for (std::size_t i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 2000; ++round) {
        auto* words = static_cast<std::size_t*>(pool::acquire(256));
        std::fill_n(words, 32, i);
        overwritten += std::count(words, words + 32, i) != 32;
        pool::release(words, 256);
      }
      handed_over[i] = pool::acquire(256);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(overwritten == 0);
  for (void* block : handed_over) pool::release(block, 256);
}

TEST_CASE("pool: steps of training ask the system for nothing", "[autograd]") {
  Generator generator(1);
  const Tensor x = randn({64, 50}, DType::float32, generator);
  const Tensor label = full({64}, 3, DType::int64);
  Tensor w = randn({40, 50}, DType::float32, generator).requires_grad_(), b = zeros({40}).requires_grad_();
  Tensor v = randn({10, 40}, DType::float32, generator).requires_grad_();
  std::vector<std::uint64_t> asked;
  std::vector<std::size_t> in_use;
  for (int step = 0; step < 20; ++step) {
    const Tensor hidden = dropout(relu(linear(x, w, b)), 0.1, generator);
    const Tensor loss = cross_entropy(linear(hidden, v), label) + mean(square(w)) * 0.01;
    loss.backward();
    const NoGrad updating;
    for (Tensor* parameter : {&w, &b, &v}) {
      parameter->add_(parameter->grad(), -0.1);
      parameter->zero_grad();
    }
    asked.push_back(pool::statistics().system_requests);
    in_use.push_back(pool::statistics().bytes_in_use);
  }
  for (std::size_t step = 3; step < 20; ++step) {
    CHECK(asked[step] == asked[2]);
    CHECK(in_use[step] == in_use[2]);
  }
}

TEST_CASE("pool: tensors and graphs give everything back", "[autograd]") {
  const std::size_t before = pool::statistics().bytes_in_use;
  {
    const Tensor x = ones({100, 100}).requires_grad_();
    sum(exp(x * x)).backward();
    const Tensor unused = tanh(sigmoid(x) / x);
    const Tensor second = grad(sum(grad(sum(tanh(x)), {x}, {.create_graph = true})[0]), {x})[0];
  }
  CHECK(pool::statistics().bytes_in_use == before);
}

TEST_CASE("pool: a graph of the gradients is no cycle", "[autograd]") {
  const std::size_t before = pool::statistics().bytes_in_use;
  {
    Tensor x = ones({100}).requires_grad_();
    const Tensor slope = grad(sum(exp(x) * tanh(x) + sqrt(x)), {x}, {.create_graph = true})[0];
    sum(slope).backward();
    x.zero_grad();
    sum(exp(x)).backward({}, {.create_graph = true});
    x.zero_grad();  // x holds its gradient, whose graph holds x
  }
  CHECK(pool::statistics().bytes_in_use == before);
}

TEST_CASE("in place: an op overwrites what nobody else holds", "[autograd]") {
  const Tensor x = tensor({{-1, 2}, {3, -4}}), w = eye(2);
  const auto buffer_of = [](const Tensor& t) { return t.raw_data(); };
  SECTION("outside the graph") {
    const NoGrad evaluating;
    Tensor h = linear(x, w);
    const std::byte* buffer = buffer_of(h);
    const Tensor y = relu(std::move(h));
    CHECK(buffer_of(y) == buffer);
    check_equal(y, tensor({{0, 2}, {3, 0}}));
    Tensor z = x + 1.0;
    buffer = buffer_of(z);
    CHECK(buffer_of(exp(tanh(2 * (-(1 - std::move(z)) / 3 - 1)))) == buffer);
  }
  SECTION("in the graph") {
    const Tensor leaf = x.clone().requires_grad_();
    Tensor h = linear(leaf, w);
    const std::byte* buffer = buffer_of(h);
    const Tensor y = relu(std::move(h));
    CHECK(buffer_of(y) == buffer);
    sum(y).backward();
    check_equal(leaf.grad(), tensor({{0, 1}, {1, 0}}));
  }
  SECTION("but not a result that its own gradient needs") {
    const Tensor leaf = x.clone().requires_grad_();
    const Tensor y = exp(leaf);
    sum(relu(exp(leaf) - 1)).backward();
    check_close(leaf.grad(), tensor({{0, std::exp(2.0)}, {std::exp(3.0), 0}}), 1e-6);
    const Tensor z = tanh(exp(leaf * 1.0));
    CHECK(buffer_of(y) != buffer_of(z));
  }
  SECTION("nor one that somebody holds") {
    Tensor h = x + 1.0;
    const Tensor handle = h;
    CHECK(buffer_of(relu(std::move(h))) != buffer_of(handle));
    check_equal(handle, tensor({{0, 3}, {4, -3}}));
  }
  SECTION("nor one of which there is a view") {
    Tensor h = x + 1.0;
    const Tensor row = h[0];
    relu(std::move(h));
    check_equal(row, tensor({0, 3}));
    relu(tensor({{-1, 2}, {3, -4}})[0]);
  }
  SECTION("nor one that is named") {
    const Tensor h = x * 1.0;
    relu(h);
    check_equal(h, x);
  }
  SECTION("nor a leaf, though it is moved in") {
    Tensor leaf = tensor({-1, 2}).requires_grad_();
    const Tensor handle = leaf;
    sum(relu(std::move(leaf))).backward();
    check_equal(handle, tensor({-1, 2}));
    check_equal(handle.grad(), tensor({0, 1}));
  }
}
