#include "nn/embedding_bag.h"

#include <algorithm>
#include <cmath>

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/embedding_bag.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"
#include "nn/optim/sparse_adagrad.h"
#include "tests/catch.h"
#include "tests/check.h"
#include "tests/nn/some_bags.h"

using namespace tandem;
using namespace tandem::test;

namespace {

struct Table : nn::Module {
  nn::EmbeddingBag bag;
  Table(Index rows, Index width, nn::EmbeddingBagOptions options = {.sparse = true})
      : bag(*this, "bag", rows, width, options) {}
};

}  // namespace

TEST_CASE("EmbeddingBag: the gradient is that of the rows that were named", "[nn]") {
  Table table(5, 2);
  const nn::Bags bags = some_bags();
  const Tensor w = tensor({{1, 2}, {3, 4}, {5, 6}});
  sum(table.bag(bags) * w).backward();
  CHECK_FALSE(table.bag.weight.grad().defined());
  const auto sparse = table.bag.gradient();
  CHECK(sparse.rows == std::vector<std::int64_t>{3, 1});

  Tensor dense = table.bag.weight.detach().clone().requires_grad_();
  sum(embedding_bag(dense, bags.indices, bags.offsets, bags.weights) * w).backward();
  for (std::size_t i = 0; i < sparse.rows.size(); ++i)
    check_equal(sparse.values[static_cast<Index>(i)], dense.grad()[sparse.rows[i]]);
  for (const Index unused : {0, 2, 4}) check_equal(dense.grad()[unused], zeros({2}));
}

TEST_CASE("EmbeddingBag: with and without a graph the output is the same", "[nn]") {
  Table table(5, 3);
  const Tensor y = table.bag(some_bags());
  const NoGrad no_grad;
  check_equal(y, table.bag(some_bags()));
}

TEST_CASE("EmbeddingBag: gradients of several calls are summed", "[nn]") {
  Table table(5, 1);
  const auto bag = [](std::int64_t row) { return nn::make_bags(std::vector<nn::Bag>{{{row, 1.0f}}}); };
  const auto gradient_of_row = [&table](std::int64_t row) {
    const auto [rows, values] = table.bag.gradient();
    const auto found = std::find(rows.begin(), rows.end(), row);
    return found == rows.end() ? 0.0 : values[found - rows.begin()].item();
  };
  sum(table.bag(bag(3)) + table.bag(bag(1)) * 2 + table.bag(bag(3)) * 4).backward();  // in one graph
  CHECK(gradient_of_row(3) == 5);
  CHECK(gradient_of_row(1) == 2);
  sum(table.bag(bag(1))).backward();  // and in the next
  CHECK(gradient_of_row(1) == 3);
  table.zero_grad();
  CHECK(table.bag.gradient().rows.empty());
}

TEST_CASE("EmbeddingBag: unless it is sparse, the table has a gradient as any parameter", "[nn]") {
  struct Dense : nn::Module {
    nn::EmbeddingBag bag{*this, "bag", 5, 2};
  } model;
  CHECK(sum(square(model.bag.weight)).item() > 0);
  sum(model.bag(some_bags())).backward();
  check_equal(model.bag.weight.grad(), tensor({{0, 0}, {0.5, 0.5}, {0, 0}, {4, 4}, {0, 0}}));
  CHECK_THROWS_AS(optim::SparseAdagrad(model.bag), ValueError);
}

TEST_CASE("EmbeddingBag: an index outside the table changes nothing", "[nn]") {
  Table table(5, 1);
  const auto bag = [](std::int64_t row) { return nn::make_bags(std::vector<nn::Bag>{{{1, 1.0f}, {row, 1.0f}}}); };
  CHECK_THROWS_AS(table.bag(bag(5)), ValueError);
  CHECK_THROWS_AS(table.bag(bag(-1)), ValueError);
  sum(table.bag(bag(2))).backward();
  CHECK(table.bag.gradient().rows == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("EmbeddingBag: starts with the deviation that is wanted", "[nn]") {
  manual_seed(4);
  const auto deviation_of = [](nn::EmbeddingBagOptions options) {
    return std::sqrt(variance(Table(500, 40, options).bag.weight).item());
  };
  CHECK_THAT(deviation_of({}), WithinRel(1, 0.03));
  CHECK_THAT(deviation_of({.deviation = 0.25}), WithinRel(0.25, 0.03));
  check_equal(Table(500, 40, {.deviation = 0}).bag.weight, zeros({500, 40}));
  CHECK(Table(5, 2, {.sparse = true}).bag.is_sparse());
  CHECK_FALSE(Table(5, 2, {}).bag.is_sparse());
}

TEST_CASE("EmbeddingBag: a deviation that is none", "[nn]") {
  struct Model : nn::Module {};
  Model model;
  for (const double deviation : {-1.0, std::nan(""), HUGE_VAL})
    CHECK_THROWS_AS(nn::EmbeddingBag(model, "bag", 5, 2, {.deviation = deviation}), ValueError);
}

TEST_CASE("EmbeddingBag: gradients are forgotten, but not those to come", "[nn]") {
  Table table(5, 1);
  table.bag.weight.detach().fill_(0);
  optim::SparseAdagrad adagrad(table.bag, {.lr = 1});
  const auto bag = [](std::int64_t row) { return nn::make_bags(std::vector<nn::Bag>{{{row, 1.0f}}}); };
  const auto step = [&](const Tensor& loss) {
    const Tensor before = table.bag.weight.detach().clone();
    loss.backward();
    adagrad.step();
    return (table.bag.weight.detach() - before).to_vector<float>();
  };
  const Tensor first = sum(table.bag(bag(3))), second = sum(table.bag(bag(4)));
  table.zero_grad();  // between forward and backward, as many do
  CHECK(step(first) == std::vector<float>{0, 0, 0, -1, 0});
  CHECK(step(second) == std::vector<float>{0, 0, 0, 0, -1});  // after the step of another loss
  sum(table.bag(bag(1))).backward();
  adagrad.zero_grad();
  CHECK(step(sum(table.bag(bag(2)))) == std::vector<float>{0, 0, -1, 0, 0});
}

TEST_CASE("EmbeddingBag: that nobody takes the gradients is noticed", "[nn]") {
  Table table(2, 1);
  const auto bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}});
  const auto many = [&] {
    for (int i = 0; i < 1'001; ++i) sum(table.bag(bags)).backward();
  };
  CHECK_THAT(message_of<ValueError>(many), ContainsSubstring("SparseAdagrad"));
}

TEST_CASE("EmbeddingBag: losses may be kept, for a log or to be walked again", "[nn]") {
  Table table(2, 1);
  optim::SparseAdagrad adagrad(table.bag);
  const auto bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}});
  const Tensor retained = sum(table.bag(bags));
  retained.backward({}, {.retain_graph = true});
  adagrad.step();
  std::vector<Tensor> losses;
  for (int i = 0; i < 10'001; ++i) {
    losses.push_back(sum(table.bag(bags)));
    losses.back().backward();
    adagrad.step();
  }
  CHECK(table.bag.gradient().rows.empty());
  retained.backward();
  CHECK(table.bag.gradient().rows == std::vector<std::int64_t>{0});
}

TEST_CASE("EmbeddingBag: many calls in one graph", "[nn]") {
  Table table(2, 1);
  const auto bags = nn::make_bags(std::vector<nn::Bag>{{{0, 1.0f}}});
  std::vector<Tensor> outputs;
  for (int i = 0; i < 10'001; ++i) outputs.push_back(table.bag(bags));
  sum(concat(outputs)).backward();
  CHECK(table.bag.gradient().values.item() == 10'001);
}

TEST_CASE("EmbeddingBag: a second derivative reaches the table without the output", "[nn]") {
  Table table(5, 1);
  nn::Bags bags = some_bags();
  bags.weights.requires_grad_();
  const Tensor slope = grad(sum(table.bag(bags)), {bags.weights}, {.create_graph = true})[0];
  table.zero_grad();
  sum(slope).backward();
  CHECK(table.bag.gradient().rows == std::vector<std::int64_t>{3, 1});
}
