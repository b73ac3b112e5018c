#include "autograd/ops/batch_norm.h"

#include "autograd/backward.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("batch_norm: columns have the mean and the deviation that are asked for", "[autograd][ops]") {
  manual_seed(7);
  const DType dtype = GENERATE(DType::float32, DType::float64);
  const double tolerance = dtype == DType::float32 ? 2e-6 : 1e-14;
  for (const Shape& shape : {Shape{2, 1}, Shape{128, 16}, Shape{7, 83}, Shape{1500, 130}}) {
    INFO(to_string(shape));
    const Index d = shape[1];
    const Tensor x = 3 * randn(shape, dtype) + 10, weight = uniform({d}, 0.5, 2, dtype), bias = randn({d}, dtype);
    ColumnStatistics statistics;
    const Tensor y = batch_norm(x, weight, bias, 0, &statistics);
    check_close(statistics.mean, mean(x, {0}), tolerance);
    check_close(statistics.variance, variance(x, {0}, false, 0), 10 * tolerance);
    check_close(mean(y, {0}), bias, 100 * tolerance, 10 * tolerance);
    check_close(variance(y, {0}, false, 0), square(weight), 100 * tolerance);
  }
}

TEST_CASE("batch_norm: the same bits with any number of threads", "[autograd][ops]") {
  manual_seed(8);
  const Tensor x = randn({300, 530}).requires_grad_(), weight = randn({530}).requires_grad_(),
               bias = randn({530}).requires_grad_(), dy = randn({300, 530});
  const auto run = [&](int threads) {
    const Threads count(threads);
    const Tensor y = batch_norm(x, weight, bias);
    std::vector<Tensor> results = grad(sum(y * dy), {x, weight, bias});
    results.push_back(y);
    return results;
  };
  const std::vector<Tensor> alone = run(1);
  for (const int threads : {2, 3, 8}) {
    const std::vector<Tensor> together = run(threads);
    for (std::size_t i = 0; i < alone.size(); ++i) check_equal(together[i], alone[i]);
  }
}

TEST_CASE("batch_norm: statistics that were changed are not taken for gradients", "[autograd][ops]") {
  const Tensor x = leaf({1, 2, 3, 5}).reshape({2, 2});
  ColumnStatistics statistics;
  const Tensor y = batch_norm(x, ones({2}, DType::float64), zeros({2}, DType::float64), 1e-5, &statistics);
  statistics.mean.fill_(0);
  CHECK_THROWS_AS(sum(y).backward(), GraphError);
}

TEST_CASE("batch_norm: refuses what it cannot normalise", "[autograd][ops]") {
  const Tensor three = ones({3});
  CHECK_THROWS_AS(batch_norm(ones({2, 3}), ones({2}), three), ShapeError);
  CHECK_THROWS_AS(batch_norm(ones({2, 3}), three, ones({1})), ShapeError);
  CHECK_THROWS_AS(batch_norm(ones({3}), three, three), ShapeError);
  CHECK_THROWS_AS(batch_norm(ones({0, 3}), three, three), ShapeError);
  CHECK_THROWS_AS(batch_norm(ones({2, 3}), three, three.to(DType::float64)), DTypeError);
  CHECK_THROWS_AS(batch_norm(ones({2, 3}), three, three, -1e-5), ValueError);
  CHECK_THAT(message_of<ShapeError>([&] { batch_norm(ones({1, 3}), three, three); }), ContainsSubstring("call eval()"));
}
