#include "autograd/profile.h"

#include "autograd/create.h"
#include "autograd/kernels/peak.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "nn/optim/sgd.h"
#include "tests/check.h"

using namespace tandem;

namespace {

const Profiler::Entry* find(const std::vector<Profiler::Entry>& entries, const std::string& name, bool backward) {
  for (const Profiler::Entry& e : entries)
    if (e.name == name && e.backward == backward) return &e;
  return nullptr;
}

}  // namespace

TEST_CASE("profiler: counts calls, operations and bytes of each op, forward and backward", "[autograd]") {
  const Tensor x = randn({8, 16});
  Tensor w = randn({4, 16}).requires_grad_(), b = zeros({4}).requires_grad_();
  optim::SGD optimizer({w, b}, {.lr = 0.1});
  Profiler profiler;
  for (int step = 0; step < 3; ++step) {
    optimizer.zero_grad();
    sum(tanh(linear(x, w, b))).backward();
    optimizer.step();
  }
  const auto entries = profiler.entries();
  const auto* forward = find(entries, "linear", false);
  REQUIRE(forward);
  CHECK(forward->calls == 3);
  CHECK(forward->flop == 3 * 2 * 8 * 16 * 4);
  CHECK(forward->bytes == 3 * 8 * 4 * 4);
  const auto* backward = find(entries, "linear", true);
  REQUIRE(backward);
  CHECK(backward->calls == 6);  // weight and bias; x needs no gradient
  CHECK(backward->flop == 3 * 2 * 8 * 16 * 4);
  CHECK(find(entries, "matmul", false) == nullptr);  // inside linear's gradient, not on its own
  REQUIRE(find(entries, "tanh", true));
  REQUIRE(find(entries, "optimizer step", false));
  CHECK(find(entries, "optimizer step", false)->calls == 3);
  for (std::size_t i = 1; i < entries.size(); ++i) CHECK(entries[i - 1].seconds >= entries[i].seconds);

  const std::string table = profiler.table();
  CHECK_THAT(table, ContainsSubstring("linear backward") && ContainsSubstring("optimizer step") &&
                        ContainsSubstring("GFLOP/s"));
}

TEST_CASE("profiler: the table's columns stand below each other, however long a name is", "[autograd]") {
  const std::string name(50, 'x');
  Profiler profiler;
  { const ProfileScope scope(name.c_str()); }
  const std::string table = profiler.table();
  const std::size_t second = table.find('\n') + 1;
  CHECK(table.find("calls") + 4 == table.find(" 1 ") + 1 - second);
}

TEST_CASE("profiler: sees nothing after its end, and only its own thread's outermost scopes", "[autograd]") {
  const Tensor x = randn({4, 4});
  {
    Profiler outer;
    {
      Profiler inner;
      tanh(x);
      CHECK(inner.entries().size() == 1);
    }
    CHECK(outer.entries().empty());
    {
      const ProfileScope scope("work");
      const ProfileScope within("part");
      tanh(x);
    }
    REQUIRE(outer.entries().size() == 1);
    CHECK(outer.entries()[0].name == "work");
    CHECK(outer.entries()[0].calls == 1);
  }
  CHECK(Profiler::current() == nullptr);
  tanh(x);
}

TEST_CASE("profiler: the peak is a rate", "[autograd]") {
  CHECK(kernels::multiply_add_loop() > 0);
  CHECK(Profiler::peak_flops() > 1e6);  // an emulated processor reaches 3e7
}
