#include "nn/linear.h"

#include <thread>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "nn/optim/sgd.h"
#include "tests/check.h"
#include "tests/random.h"

using namespace tandem;
using namespace tandem::test;

namespace {

/// Each row of x by itself.
Tensor row_by_row(nn::Linear& layer, const Tensor& x) {
  std::vector<Tensor> rows;
  for (Index i = 0; i < x.dim(0); ++i) rows.push_back(layer(x.rows(i, i + 1)));
  return concat(rows);
}

}  // namespace

TEST_CASE("linear: weights and biases fill +-1/sqrt(in) on both sides", "[nn]") {
  manual_seed(3);
  const nn::Linear layer(25, 4000);
  for (const Tensor& parameter : layer.parameters()) {
    INFO(to_string(parameter.shape()));
    const Tensor values = parameter.detach().to(DType::float64);
    const double lowest = min(values).item(), highest = max(values).item(), bound = double(0.2f);
    CHECK(lowest >= -bound);
    CHECK(lowest < -0.198);
    CHECK(highest <= bound);
    CHECK(highest > 0.198);
    CHECK_THAT(mean(values).item(), WithinAbs(0, 0.01));
    CHECK_THAT(variance(values).item(), WithinRel(0.04 / 3, 0.1));
  }
  CHECK(layer.parameters().size() == 2);
  CHECK(nn::Linear(3, 4, false).parameters().size() == 1);
  CHECK_THROWS_WITH(nn::Linear(0, 3), ContainsSubstring("in = 0"));
}

TEST_CASE("linear: a row alone is as in a batch, whatever became of the weight", "[nn]") {
  nn::Linear layer(70, 40, GENERATE(true, false));
  const Tensor x = random({5, 70});
  const auto check = [&] {
    const NoGrad no_grad;
    layer.eval();
    for (int i = 0; i < 3; ++i) check_equal(row_by_row(layer, x), layer(x));
    check_equal(layer(x.rows(1, 2).reshape({70})), layer(x).rows(1, 2).reshape({40}));
    layer.train();
    check_equal(layer(x.rows(0, 1)), linear(x.rows(0, 1), layer.weight, layer.bias));  // the mode decides
    check_close(row_by_row(layer, x), layer(x), 1e-5, 1e-5);
  };
  check();
  optim::SGD optimizer(layer.parameters(), {.lr = 0.1});  // gives the weight another place
  check();
  sum(square(layer(x))).backward();
  optimizer.step();
  check();
  layer.load_state_dict(nn::Linear(70, 40, layer.bias.defined()).state_dict());
  check();
  layer.to(DType::float64);
  const NoGrad no_grad;
  layer.eval();
  const Tensor wide = x.to(DType::float64);
  check_equal(row_by_row(layer, wide), layer(wide));
  layer.weight.fill_(0);
  const Tensor y = row_by_row(layer, wide);
  for (Index i = 0; i < y.dim(0); ++i)
    CHECK(sum(square(y.rows(i, i + 1))).item() == (layer.bias.defined() ? sum(square(layer.bias)).item() : 0));
}

TEST_CASE("linear: a row alone has its gradients where they are recorded", "[nn]") {
  nn::Linear layer(70, 40);
  layer.eval();
  const Tensor x = random({1, 70});
  {
    const NoGrad no_grad;
    layer(x);
  }
  sum(layer(x)).backward();
  check_close(layer.weight.grad().rows(0, 1), x, 1e-6);
}

TEST_CASE("linear: several threads may evaluate one layer", "[nn]") {
  nn::Linear layer(100, 64);
  layer.eval();
  const Tensor x = random({1, 100});
  const Tensor expected = layer(concat({x, x, x})).detach().rows(0, 1);
  std::vector<Tensor> found(4);
  std::vector<std::thread> threads;
  for (Tensor& y : found)
    threads.emplace_back([&] {
      const NoGrad no_grad;
      for (int i = 0; i < 100; ++i) y = layer(x);
    });
  for (std::thread& thread : threads) thread.join();
  for (const Tensor& y : found) check_equal(y, expected);
}
