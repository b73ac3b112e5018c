// A step of training in its steady state allocates nothing: no operator new, no page that is touched first.

#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "autograd/create.h"
#include "autograd/ops/loss.h"
#include "autograd/pool.h"
#include "autograd/random.h"
#include "models/mlp.h"
#include "models/vae.h"
#include "nn/optim/adam.h"
#include "nn/optim/schedule.h"
#include "tests/catch.h"

using namespace tandem;

namespace {
std::atomic<std::uint64_t> calls_of_new{0};
}

// The whole test program counts; what memory comes from stays the same.
void* operator new(std::size_t bytes) {
  ++calls_of_new;
  if (void* block = std::malloc(bytes ? bytes : 1)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace {

struct Costs {
  std::uint64_t calls_of_new, system_requests;
  long page_faults;
};

Costs costs() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {calls_of_new, pool::statistics().system_requests, usage.ru_minflt};
}

/// Runs `step` often, and checks what it costs after the first times.
template <class Step>
void check_steady_state(Step step) {
  constexpr int steps = 50;
  for (int i = 0; i < 10; ++i) step();
  const Costs before = costs();
  for (int i = 0; i < steps; ++i) step();
  const Costs after = costs();
  CHECK(after.calls_of_new - before.calls_of_new == 0);
  CHECK(after.system_requests - before.system_requests == 0);
  CHECK((after.page_faults - before.page_faults) / steps == 0);  // the system may have pages of its own to fault
}

}  // namespace

TEST_CASE("steady state: a step of the classifier and its schedule allocates nothing", "[models]") {
  const Tensor x = uniform({128, 784}), label = full({128}, 3, DType::int64);
  models::Mlp model({.hidden = {64, 64}, .dropout = 0.2});
  optim::Adam optimizer(model.parameters());
  optim::Schedule schedule(optimizer, optim::CosineAnnealingLR{.t_max = 1000});
  check_steady_state([&] {
    const Tensor loss = cross_entropy(model(x), label);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    schedule.step();
  });
}

TEST_CASE("steady state: a step of the autoencoder allocates nothing", "[models]") {
  const Tensor x = uniform({64, 784});
  models::Vae model({.encoder = {64}, .decoder = {64}, .latent = 8});
  optim::Adam optimizer(model.parameters());
  check_steady_state([&] {
    const Tensor loss = model.elbo(x).loss();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  });
}
