#include "nn/optim/sparse_adagrad.h"

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/catch.h"
#include "tests/check.h"

using namespace tandem;

namespace {

struct Table : nn::Module {
  nn::EmbeddingBag bag{*this, "bag", 4, 2, {.deviation = 0, .sparse = true}};
};

}  // namespace

TEST_CASE("SparseAdagrad: steps as PyTorch's Adagrad over the whole table", "[optim]") {
  // torch.optim.Adagrad([table], lr=0.1), torch 1.13.1, in float64; the loss is sum(square(y - target)).
  Table table;
  table.bag.weight.detach().copy_(tensor({{0.5, -1}, {2, 0}, {1, 1}, {-0.25, 3}}));
  optim::SparseAdagrad optimizer(table.bag, {.lr = 0.1});
  const auto first = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}, {2, 0.5f}}, {{2, -1.0f}}});
  const auto second = nn::make_bags(std::vector<nn::Bag>{{{2, 1.0f}}, {{3, 2.0f}, {0, 1.0f}}});
  const Tensor target = tensor({{1, 0}, {0.5, -2}});
  for (int step = 0; step < 10; ++step) {
    sum(square(table.bag(step % 2 ? second : first) - target)).backward();
    optimizer.step();
    CHECK_FALSE(table.bag.gradient().values.defined());
  }
  test::check_close(
      table.bag.weight,
      tensor({{0.641783446, -1.19245436}, {2, 0}, {0.729085384, 1.06638872}, {-0.0775194987, 2.68492529}}), 1e-5);
}

TEST_CASE("SparseAdagrad: without a gradient a step changes nothing", "[optim]") {
  Table table;
  optim::SparseAdagrad optimizer(table.bag);
  optimizer.step();
  test::check_equal(table.bag.weight, zeros({4, 2}));
}

TEST_CASE("SparseAdagrad: a gradient that was forgotten changes nothing", "[optim]") {
  Table table;
  optim::SparseAdagrad optimizer(table.bag);
  sum(square(table.bag(nn::make_bags(std::vector<nn::Bag>{{{1, 1.0f}}})) - 1)).backward();
  CHECK(table.bag.gradient().rows == std::vector<std::int64_t>{1});
  optimizer.zero_grad();
  CHECK(table.bag.gradient().rows.empty());
  optimizer.step();
  test::check_equal(table.bag.weight, zeros({4, 2}));
  test::check_equal(optimizer.state_dict()[0].second, zeros({4, 2}));
}

TEST_CASE("SparseAdagrad: a table that is converted drops the gradients that wait", "[optim]") {
  Table table;
  nn::Bags bag = nn::make_bags(std::vector<nn::Bag>{{{1, 1.0f}}});
  optim::SparseAdagrad before(table.bag);
  sum(table.bag(bag)).backward();
  table.to(DType::float64);
  bag.weights = bag.weights.to(DType::float64);
  CHECK(table.bag.gradient().rows.empty());

  optim::SparseAdagrad after(table.bag, {.lr = 0.5});
  sum(table.bag(bag)).backward();
  CHECK_THAT(test::message_of<DTypeError>([&] { before.step(); }),
             ContainsSubstring("convert the model first, then make the optimizer"));
  after.step();
  test::check_close(table.bag.weight[1], full({2}, -0.5, DType::float64), 1e-9);
}

TEST_CASE("SparseAdagrad: options outside their ranges", "[optim]") {
  Table table;
  CHECK_THAT(test::message_of<ValueError>([&] { optim::SparseAdagrad(table.bag, {.lr = -1}); }),
             ContainsSubstring("lr is -1"));
  CHECK_THROWS_AS(optim::SparseAdagrad(table.bag, {.eps = 0}), ValueError);
}

TEST_CASE("SparseAdagrad: goes on from a saved state", "[optim]") {
  Table a, b;
  optim::SparseAdagrad of_a(a.bag), of_b(b.bag);
  const auto step = [](Table& table, optim::SparseAdagrad& optimizer) {
    sum(square(table.bag(nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}, {2, 0.5f}}})) - 1)).backward();
    optimizer.step();
  };
  step(a, of_a);
  b.load_state_dict(a.state_dict());
  of_b.load_state_dict(of_a.state_dict());
  step(a, of_a);
  step(b, of_b);
  test::check_equal(a.bag.weight, b.bag.weight);
  CHECK_THROWS_AS(of_b.load_state_dict({}), ValueError);
}
