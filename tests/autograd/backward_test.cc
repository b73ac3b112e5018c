#include "autograd/backward.h"

#include <thread>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "tests/autograd/counting.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

TEST_CASE("backward: sums over paths, and over calls", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * x + 3 * x;
  sum(y).backward();
  check_equal(x.grad(), tensor({5, 7}, DType::float64));
  sum(square(x)).backward();
  check_equal(x.grad(), tensor({7, 11}, DType::float64));
  Tensor again = x;
  again.zero_grad();
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("backward: with a gradient for an output that is not a scalar", "[autograd]") {
  const Tensor x = leaf({1, 2});
  (x * 2).backward(tensor({10, 100}, DType::float64));
  check_equal(x.grad(), tensor({20, 200}, DType::float64));
  CHECK_THROWS_MATCHES((x * 2).backward(), ShapeError,
                       Message("backward: output is [2]\n  rule: without a gradient the output is a scalar\n"
                               "  hint: call .backward(gradient), or reduce with sum() or mean() first"));
  CHECK_THROWS_AS((x * 2).backward(ones({3}, DType::float64)), ShapeError);
  CHECK_THROWS_AS(x.backward(ones({2})), DTypeError);
  CHECK_THROWS_MATCHES(ones({}).backward(), GraphError,
                       Message("backward: the output, of shape [], does not depend on any tensor that requires a "
                               "gradient\n  hint: was it computed under NoGrad, or from detached tensors? A gradient "
                               "that is to be derived again is asked for with create_graph"));
}

TEST_CASE("backward: several outputs at once", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor outputs[] = {sum(x * 2), x * x};
  const Tensor gradients[] = {Tensor(), tensor({1, 10}, DType::float64)};
  backward(outputs, gradients);
  check_equal(x.grad(), tensor({4, 42}, DType::float64));
}

TEST_CASE("backward: options for several outputs", "[autograd]") {
  Tensor x = leaf({1, 2});
  const Tensor outputs[] = {sum(x * x), sum(x * x * x)}, gradients[] = {Tensor(), Tensor()};
  backward(outputs, gradients, {.retain_graph = true});
  backward(outputs, gradients, {.create_graph = true});  // which retains, too
  CHECK(x.grad().requires_grad());
  check_equal(x.grad(), tensor({2 * 5, 2 * 16}, DType::float64));  // 2x + 3x^2, twice
  check_equal(grad(sum(x.grad()), {x}, {.retain_graph = true})[0], tensor({8, 14}, DType::float64));
  x.zero_grad();
  backward(outputs, gradients);
  check_equal(x.grad(), tensor({5, 16}, DType::float64));
  CHECK_THROWS_AS(backward(outputs, gradients), GraphError);
}

TEST_CASE("backward: two gradients for one output are added outside the graph", "[autograd]") {
  const Tensor x = leaf({1, 2}), g = leaf({3, 4});
  const Tensor outputs[] = {x, x}, gradients[] = {g, g}, inputs[] = {x};
  backward(outputs, gradients);
  check_equal(x.grad(), tensor({6, 8}, DType::float64));
  CHECK_FALSE(x.grad().requires_grad());
  CHECK_FALSE(grad(outputs, inputs, gradients)[0].requires_grad());
  CHECK(grad(outputs, inputs, gradients, {.create_graph = true})[0].requires_grad());
}

TEST_CASE("backward: and recorded with create_graph, whatever the caller does", "[autograd]") {
  const Tensor x = leaf({1, 2}), g = leaf({3, 4});
  const Tensor outputs[] = {x, x}, gradients[] = {g, g};
  const NoGrad no_grad;
  backward(outputs, gradients, {.create_graph = true});
  CHECK(x.grad().requires_grad());
}

TEST_CASE("backward: a graph is freed, unless it is retained", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor loss = sum(square(x));
  loss.backward({}, {.retain_graph = true});
  loss.backward();
  check_equal(x.grad(), tensor({4, 8}, DType::float64));
  CHECK_THROWS_MATCHES(
      loss.backward(), GraphError,
      Message("backward: through sum, which was freed by an earlier backward()\n"
              "  hint: pass retain_graph = true to the first call, or detach() what comes from an earlier step"));
  CHECK_THROWS_AS(grad(loss, {x}), GraphError);
}

TEST_CASE("backward: a shared part that was freed is an error, never a wrong gradient", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor shared = exp(x);
  sum(shared).backward();
  const Tensor other = sum(shared * shared), third = sum(shared * 2), inputs[] = {x};
  const auto text = ContainsSubstring("through exp, which was freed");
  CHECK_THAT(message_of<GraphError>([&] { other.backward(); }), text);
  CHECK_THAT(message_of<GraphError>([&] { grad(std::span(&third, 1), inputs, {}, {.allow_unused = true}); }), text);
}

TEST_CASE("backward: a shared subexpression is visited once", "[autograd]") {
  const Tensor x = leaf({0.5, 2});
  int calls = 0;
  Tensor y = counted(x, calls);
  for (int i = 0; i < 20; ++i) y = y * 0.5 + y * 0.5;  // a million paths
  sum(y).backward();
  CHECK(calls == 1);
  check_close(x.grad(), ones_like(x), 1e-12);
}

TEST_CASE("backward: any number of nodes wait at once, and gradients come in any order", "[autograd]") {
  // Of `count` pairs x, y = x^2 the products c x y are summed up twice over, so dx = 6 c x^2.
  constexpr std::size_t count = 200;
  const auto factor = [](std::size_t k) { return static_cast<double>(k % 5 + 1); };
  int visits = 0;
  std::vector<Tensor> x, y;
  for (std::size_t i = 0; i < count; ++i)
    x.push_back(full({}, static_cast<double>(1 + i % 7), DType::float64).requires_grad_());
  for (std::size_t i = 0; i < count; ++i) y.push_back(counted(square(x[i]), visits));
  Tensor total = zeros({}, DType::float64);
  for (std::size_t i = 0; i < 2 * count; ++i) {
    const std::size_t k = i * 77 % count;
    total = total + factor(k) * x[k] * y[k];
  }
  total.backward();
  CHECK(visits == int{count});
  for (std::size_t k = 0; k < count; ++k) CHECK(x[k].grad().item() == 6 * factor(k) * square(x[k]).item());
}

TEST_CASE("backward: gradients that were one tensor are independent afterwards", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4}), dy = ones({2}, DType::float64);
  (a + b).backward(dy);
  a.grad().fill_(7);
  check_equal(b.grad(), ones_like(b));
  check_equal(dy, ones_like(dy));
  (a + b).backward(dy);
  check_equal(a.grad(), full({2}, 8, DType::float64));
  check_equal(dy, ones_like(dy));
}

TEST_CASE("backward: and so are those of create_graph, to which later ones are added", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4});
  const Tensor loss = sum(a + b);
  loss.backward({}, {.create_graph = true});
  loss.backward();
  check_equal(a.grad(), full({2}, 2, DType::float64));
  check_equal(b.grad(), full({2}, 2, DType::float64));
}

TEST_CASE("backward: adding to a gradient changes no other that was the same tensor", "[autograd]") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4}), c = leaf({5, 6});
  SECTION("a fresh contribution to a shared one") {
    const Tensor early = a * 5;  // visited last
    (sum(a + b) + sum(early)).backward();
    check_equal(a.grad(), tensor({6, 6}, DType::float64));
    check_equal(b.grad(), tensor({1, 1}, DType::float64));
  }
  SECTION("a shared contribution to a fresh one") {
    const Tensor early = a + b;
    (sum(a * 5) + sum(early)).backward();
    check_equal(a.grad(), tensor({6, 6}, DType::float64));
    check_equal(b.grad(), tensor({1, 1}, DType::float64));
  }
  SECTION("two shared ones, which are the caller's too") {
    const Tensor outputs[] = {a + b, a + c};
    const Tensor gradients[] = {tensor({1, 1}, DType::float64), tensor({10, 10}, DType::float64)};
    backward(outputs, gradients);
    check_equal(a.grad(), tensor({11, 11}, DType::float64));
    check_equal(b.grad(), tensor({1, 1}, DType::float64));
    check_equal(c.grad(), tensor({10, 10}, DType::float64));
    check_equal(gradients[0], tensor({1, 1}, DType::float64));
  }
}

TEST_CASE("backward: the first contribution is moved in, not copied", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const std::byte* computed = nullptr;
  const Tensor y = record("twice", {x}, x.detach() * 2, [&](const Tensor& dy) {
    Tensor dx = dy * 2;
    computed = dx.raw_data();
    return dx;
  });
  sum(y).backward();
  CHECK(x.grad().raw_data() == computed);
}

TEST_CASE("backward: a gradient that nobody else holds is written over by activations", "[autograd]") {
  const Tensor x = leaf({-1, 2, 3});
  const void* from = nullptr;
  const void* to = nullptr;
  Tensor y = x * 2, z = relu(y);
  y.register_hook([&](const Tensor& gradient) { return to = gradient.data<double>(), Tensor(); });
  z.register_hook([&](const Tensor& gradient) { return from = gradient.data<double>(), Tensor(); });
  sum(z * 5).backward();
  check_equal(x.grad(), tensor({0, 10, 10}, DType::float64));
  CHECK(from == to);
}

TEST_CASE("backward: a gradient that somebody holds is not", "[autograd]") {
  const auto activation = GENERATE(
      as<Tensor (*)(Tensor)>{}, [](Tensor v) { return relu(std::move(v)); },
      [](Tensor v) { return tanh(std::move(v)); }, [](Tensor v) { return sigmoid(std::move(v)); },
      [](Tensor v) { return silu(v); });
  const Tensor x = leaf({-1, 2, 3}), seed = tensor({5, 6, 7}, DType::float64);
  SECTION("the user") {
    activation(x).backward(seed);
    check_equal(seed, tensor({5, 6, 7}, DType::float64));
  }
  SECTION("a hook") {
    Tensor kept;
    Tensor y = activation(x);
    y.register_hook([&](const Tensor& gradient) { return kept = gradient, Tensor(); });
    sum(y * seed).backward();
    check_equal(kept, seed);
  }
  SECTION("retain_grad") {
    Tensor y = activation(x);
    y.retain_grad();
    sum(y * seed).backward();
    check_equal(y.grad(), seed);
  }
  SECTION("another input of the same sum, which shares it") {
    const Tensor w = leaf({1, 1, 1});
    sum((activation(x) + w) * seed).backward();
    check_equal(w.grad(), seed);
  }
  SECTION("grad() of a result in the middle") {
    const Tensor y = activation(x);
    check_equal(grad(sum(y * seed), {y, x})[0], seed);
  }
}

TEST_CASE("backward: retain_grad keeps the gradient of a result", "[autograd]") {
  const Tensor x = leaf({1, 2});
  Tensor y = x * 3, z = square(y);
  y.retain_grad();
  sum(z).backward();
  check_equal(y.grad(), tensor({6, 12}, DType::float64));
  CHECK_FALSE(z.grad().defined());
  y.grad().fill_(0);
  check_equal(x.grad(), tensor({18, 36}, DType::float64));
}

TEST_CASE("backward: detach and NoGrad cut the graph", "[autograd]") {
  Tensor x = leaf({1, 2});
  sum(x * x.detach()).backward();
  check_equal(x.grad(), tensor({1, 2}, DType::float64));
  x.zero_grad();
  const Tensor factor = [&x] {
    const NoGrad no_grad;
    return x * 3;
  }();
  CHECK_FALSE(factor.requires_grad());
  sum(x * factor).backward();
  check_equal(x.grad(), tensor({3, 6}, DType::float64));
}

TEST_CASE("backward: create_graph leaves a gradient that is in the graph", "[autograd]") {
  Tensor x = leaf({3});
  sum(x * x * x).backward({}, {.create_graph = true});
  const Tensor first = x.grad();
  check_equal(first, tensor({27}, DType::float64));
  CHECK(first.requires_grad());
  check_equal(grad(sum(first), {x})[0], tensor({18}, DType::float64));
  x.zero_grad();  // x holds its gradient, whose graph holds x: a cycle until here
}

TEST_CASE("backward: a gradient function that errs is told", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const auto with_gradient = [&](auto gradient) { return sum(record("bad", {x}, x.clone(), gradient)); };
  CHECK_THROWS_MATCHES(with_gradient([](const Tensor&) { return zeros({3}, DType::float64); }).backward(), ShapeError,
                       Message("gradient of bad for input 0: is [3] but the input is [2]\n"
                               "  rule: a gradient has the shape of its input"));
  CHECK_THROWS_AS(with_gradient([](const Tensor&) { return zeros({2}); }).backward(), DTypeError);
  CHECK_THROWS_AS(with_gradient([](const Tensor&) { return Tensor(); }).backward(), GraphError);
}

TEST_CASE("backward: a chain of a million ops comes and goes", "[autograd]") {
  constexpr int length = 1'000'000;
  const Tensor x = ones({}).requires_grad_(), w = ones({}).requires_grad_();
  SECTION("forward, backward and away") {
    Tensor y = x;
    for (int i = 0; i < length; ++i) y = y * w;  // saves both operands
    y.backward();
    CHECK(x.grad().item() == 1);
    CHECK(w.grad().item() == length);
  }
  SECTION("away without backward") {
    Tensor y = x;
    for (int i = 0; i < length; ++i) y = exp(y * 0.0);  // saves the output
    CHECK(y.item() == 1);
  }
  SECTION("kept by a retained graph") {
    Tensor y = x;
    for (int i = 0; i < length; ++i) y = y + 1.0;
    y.backward({}, {.retain_graph = true});
    CHECK(x.grad().item() == 1);
  }
}

TEST_CASE("backward: threads with graphs of their own do not disturb each other", "[autograd]") {
  const auto run = [](std::uint64_t seed) {
    Generator generator(seed);
    const Tensor x = randn({8, 5}, DType::float32, generator), label = labels({0, 1, 2, 0, 1, 2, 0, 1});
    Tensor w = randn({6, 5}, DType::float32, generator).requires_grad_();
    Tensor v = randn({3, 6}, DType::float32, generator).requires_grad_();
    for (int step = 0; step < 50; ++step) {
      cross_entropy(linear(tanh(linear(x, w)), v), label).backward();
      const NoGrad updating;
      for (Tensor* parameter : {&w, &v}) parameter->add_(parameter->grad(), -0.1), parameter->zero_grad();
    }
    return v.detach();
  };
  std::vector<Tensor> serial, parallel(8);
  for (std::uint64_t i = 0; i < 8; ++i) serial.push_back(run(i));
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 8; ++i) threads.emplace_back([&, i] { parallel[i] = run(i); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 8; ++i) check_equal(parallel[i], serial[i]);
}
