#include "autograd/ops/embedding_bag.h"

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "tests/check.h"
#include "tests/threads.h"

using namespace tandem;

TEST_CASE("embedding_bag: wrong arguments", "[autograd][ops]") {
  const Tensor table = ones({4, 2}), weights = ones({2});
  const auto message = [&](const Tensor& indices, const Tensor& offsets) {
    return test::message_of<ValueError>([&] { embedding_bag(table, indices, offsets, weights); });
  };
  CHECK_THAT(message(labels({0, 4}), labels({0, 2})), ContainsSubstring("index 4 at position 1"));
  CHECK_THAT(message(labels({-1, 0}), labels({0, 2})), ContainsSubstring("index -1 at position 0"));
  CHECK_THAT(message(labels({0, 1}), labels({0, 3})), ContainsSubstring("do not run from 0"));
  CHECK_THAT(message(labels({0, 1}), labels({0, 2, 1, 2})), ContainsSubstring("offset 2 is less"));
  CHECK_THROWS_AS(embedding_bag(table, labels({0}), labels({0, 1}), weights), ShapeError);
  CHECK_THROWS_AS(embedding_bag(table, weights, labels({0, 2}), weights), DTypeError);
  CHECK_THAT(test::message_of<DTypeError>([&] {
               embedding_bag(table, labels({0, 1}), ones({2}), weights);
             }),
             ContainsSubstring("offsets are int64"));
}

TEST_CASE("embedding_bag: the same bits for any number of threads", "[autograd][ops]") {
  Generator generator(3);
  const Index n = 3000, rows = 500;
  Tensor indices({n * 10}, DType::int64), offsets({n + 1}, DType::int64);
  for (Index j = 0; j < n * 10; ++j)
    indices.mutable_data<std::int64_t>()[j] = static_cast<std::int64_t>(generator.below(rows));
  for (Index b = 0; b <= n; ++b) offsets.mutable_data<std::int64_t>()[b] = 10 * b;
  const Tensor values = randn({rows, 8}), weights = randn({n * 10});
  const auto run = [&](int threads) {
    const test::Threads set(threads);
    Tensor table = values.clone().requires_grad_();
    const Tensor y = embedding_bag(table, indices, offsets, weights);
    sum(y * y).backward();
    return std::pair{y.detach(), table.grad()};
  };
  const auto [y1, g1] = run(1);
  const auto [y3, g3] = run(3);
  test::check_equal(y1, y3);
  test::check_equal(g1, g3);
}
