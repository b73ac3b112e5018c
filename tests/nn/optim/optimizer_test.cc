#include "nn/optim/optimizer.h"

#include "autograd/graph.h"
#include "autograd/ops/math.h"
#include "tests/nn/optim/optimizers.h"
#include "tests/threads.h"

namespace tandem::test {

TEST_CASE("optimizers: by hand", "[optim]") {
  Tensor w = tensor({1, -2}, DType::float64).requires_grad_();
  w.set_grad(tensor({0.5, 4}, DType::float64));

  SECTION("SGD") {
    optim::SGD optimizer({w}, {.lr = 0.1});
    optimizer.step();
    CHECK_THAT(w.to_vector<double>()[0], WithinRel(0.95, 1e-14));
    CHECK_THAT(w.to_vector<double>()[1], WithinRel(-2.4, 1e-14));
  }
  SECTION("Adam's first step is lr in the direction of the sign") {
    optim::Adam optimizer({w}, {.lr = 0.1, .eps = 0});
    optimizer.step();
    CHECK_THAT(w.to_vector<double>()[0], WithinRel(0.9, 1e-12));
    CHECK_THAT(w.to_vector<double>()[1], WithinRel(-2.1, 1e-12));
  }
  SECTION("AdamW shrinks the weight first") {
    optim::AdamW optimizer({w}, {.lr = 0.1, .eps = 0, .weight_decay = 0.5});
    optimizer.step();
    CHECK_THAT(w.to_vector<double>()[0], WithinRel(0.95 - 0.1, 1e-12));
    CHECK_THAT(w.to_vector<double>()[1], WithinRel(-1.9 - 0.1, 1e-12));
  }
  SECTION("RMSprop's first step is lr / sqrt(1 - alpha)") {
    optim::RMSprop optimizer({w}, {.lr = 0.1, .alpha = 0.75, .eps = 0});
    optimizer.step();
    CHECK_THAT(w.to_vector<double>()[0], WithinRel(0.8, 1e-12));
    CHECK_THAT(w.to_vector<double>()[1], WithinRel(-2.2, 1e-12));
  }
}

TEST_CASE("optimizers: groups are counted", "[optim]") {
  const Tensor a = leaf({2}), b = leaf({3}), c = leaf({4});
  const optim::SGD one({a, b}, {.lr = 0.1}), two({{{a, b}, {.lr = 0.1}}, {{c}, {.lr = 0.2}}});
  CHECK(one.group_count() == 1);
  CHECK(two.group_count() == 2);
  REQUIRE(two.parameters().size() == 3);
  CHECK(two.parameters()[2].is_same(c));
  REQUIRE(two.parameters(1).size() == 1);
  CHECK(two.parameters(1)[0].is_same(c));
  CHECK(two.lr(1) == 0.2);
  CHECK_THROWS_AS(two.parameters(2), ValueError);
}

TEST_CASE("optimizers: float32 follows float64", "[optim]") {
  const std::string name = any_optimizer();
  const auto narrow = odd_parameters(DType::float32, 3);
  std::vector<Tensor> wide;
  for (const Tensor& x : narrow) wide.push_back(x.detach().to(DType::float64).requires_grad_());
  const auto a = make(name, narrow), b = make(name, wide);
  Generator generator(5);
  for (int step = 0; step < 10; ++step) {
    set_gradients(narrow, generator);
    for (std::size_t i = 0; i < wide.size(); ++i) wide[i].set_grad(narrow[i].grad().to(DType::float64));
    a->step(), b->step();
  }
  const std::vector<double> x = flat(narrow), y = flat(wide);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  CHECK(worst < 1e-5);
}

TEST_CASE("optimizers: the same bits for any number of threads", "[optim][threads]") {
  const std::string name = any_optimizer();
  const DType dtype = GENERATE(DType::float32, DType::float64);
  std::vector<std::vector<Tensor>> results;
  for (const int threads : {1, 2, 3, 8}) {
    const Threads set(threads);
    const auto parameters = odd_parameters(dtype, 3);
    const auto optimizer = make(name, parameters);
    Generator generator(5);
    for (int step = 0; step < 3; ++step) {
      set_gradients(parameters, generator);
      optimizer->step();
    }
    for (const auto& [key, moment] : optimizer->state_dict()) results.emplace_back().push_back(moment);
    results.push_back(parameters);
  }
  const std::size_t count = results.size() / 4;
  for (std::size_t i = count; i < results.size(); ++i) CHECK(same_bits(results[i], results[i % count]));
}

TEST_CASE("optimizers: a parameter without a gradient is left alone", "[optim]") {
  const std::string name = any_optimizer();
  const std::vector<Tensor> parameters = {leaf({20}), leaf({20})};
  const auto optimizer = make(name, parameters);
  Tensor(parameters[0]).set_grad(ones({20}));
  const Tensor before = parameters[1].clone();
  const auto version = parameters[1].version();
  optimizer->step();
  CHECK(same_bits(parameters[1], before));
  CHECK(parameters[1].version() == version);
  for (const auto& [key, value] : optimizer->state_dict()) {
    if (key == "step.0") CHECK(value.item() == 1);
    if (key == "step.1") CHECK(value.item() == 0);
  }
}

TEST_CASE("optimizers: a step counts as a modification", "[optim]") {
  const std::string name = any_optimizer();
  const std::vector<Tensor> parameters = {leaf({3})};
  const auto optimizer = make(name, parameters);
  const Tensor y = square(parameters[0]);  // saves its argument
  Tensor(parameters[0]).set_grad(ones({3}));
  optimizer->step();
  CHECK_THROWS_AS(y.backward(ones({3})), GraphError);
}

TEST_CASE("optimizers: zero_grad forgets the gradients", "[optim]") {
  const std::vector<Tensor> parameters = {leaf({3}), leaf({4})};
  optim::SGD optimizer(parameters);
  Tensor(parameters[1]).set_grad(ones({4}));
  optimizer.zero_grad();
  CHECK_FALSE(parameters[0].grad().defined());
  CHECK_FALSE(parameters[1].grad().defined());
}

TEST_CASE("optimizers: steps ask the system for no memory", "[optim][memory]") {
  const std::string name = any_optimizer();
  const auto parameters = odd_parameters(DType::float32, 3);
  const auto optimizer = make(name, parameters);
  Generator generator(5);
  set_gradients(parameters, generator);
  optimizer->step();
  const pool::Statistics before = pool::statistics();
  for (int step = 0; step < 10; ++step) optimizer->step();
  CHECK(pool::statistics().requests == before.requests);
  CHECK(pool::statistics().system_requests == before.system_requests);
}

TEST_CASE("optimizers: denormal gradients and moments count as zero", "[optim]") {
  const std::string name = any_optimizer();
  const DType dtype = GENERATE(DType::float32, DType::float64);
  const double denormal = dtype == DType::float32 ? 1e-39 : 1e-310;
  const double root = dtype == DType::float32 ? 1e-20 : 1e-155;  // whose square is denormal
  const std::vector<Tensor> with = {full({100}, 0.5, dtype).requires_grad_()}, without = {with[0].clone()};
  Tensor(without[0]).requires_grad_();
  const auto a = make(name, with), b = make(name, without);
  for (int step = 0; step < 60; ++step) {
    Tensor(with[0]).set_grad(full({100}, step % 2 ? denormal : root, dtype));
    Tensor(without[0]).set_grad(zeros({100}, dtype));
    a->step(), b->step();
  }
  CHECK(worst_relative_error(flat(with), flat(without)) < 1e-9);
}

TEST_CASE("optimizers: options of groups change between steps", "[optim]") {
  Tensor a = zeros({1}).requires_grad_(), b = zeros({1}).requires_grad_();
  optim::SGD optimizer({{{a}, {.lr = 1}}, {{b}, {.lr = 2}}});
  a.set_grad(ones({1})), b.set_grad(ones({1}));
  optimizer.step();
  CHECK(a.item() == -1);
  CHECK(b.item() == -2);
  optimizer.set_lr(1, 0.5);
  optimizer.options(0).lr = 3;
  optimizer.step();
  CHECK(a.item() == -4);
  CHECK(b.item() == -2.5);
  optimizer.set_lr(0);
  optimizer.set_momentum(0, 0.5);  // the buffer is made when it is first needed
  optimizer.step();
  CHECK(a.item() == -4);
}

TEST_CASE("optimizers: the first step that uses a moment is its first", "[optim]") {
  Tensor w = zeros({1}).requires_grad_();
  optim::SGD optimizer({w}, {.lr = 1, .dampening = 0.5});
  w.set_grad(ones({1}));
  optimizer.step();
  optimizer.set_momentum(0, 0.5);
  optimizer.step();  // with a buffer that is the gradient, undamped
  CHECK(w.item() == -2);
}

TEST_CASE("optimizers: no group moves if another was converted", "[optim][error]") {
  Tensor a = zeros({1}).requires_grad_(), b = zeros({1}).requires_grad_();
  optim::SGD optimizer({{{a}, {.lr = 1}}, {{b}, {.lr = 1}}});
  a.set_grad(ones({1}));
  b.set_data(zeros({1}, DType::float64));
  CHECK_THROWS_AS(optimizer.step(), DTypeError);
  CHECK(a.item() == 0);
}

}  // namespace tandem::test
