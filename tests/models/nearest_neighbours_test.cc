#include "models/nearest_neighbours.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;

TEST_CASE("nearest: known points, nearest first", "[models]") {
  const Tensor points = tensor({{0, 0}, {3, 4}, {1, 0}, {0, 2}});
  const auto found = models::nearest(tensor({{0, 0}, {3, 3}}), points, 3);
  test::check_equal(found.indices, tensor(std::vector<std::int64_t>{0, 2, 3, 1, 3, 2}, {2, 3}));
  test::check_close(found.distances, tensor({{0, 1, 2}, {1, std::sqrt(10.0), std::sqrt(13.0)}}, DType::float64), 1e-12);
}

TEST_CASE("nearest: agrees with comparing one by one, across blocks and as bytes", "[models]") {
  Tensor bytes({4500, 6}, DType::uint8);
  Generator generator(3);
  for (Index i = 0; i < bytes.size(); ++i)
    bytes.mutable_data<std::uint8_t>()[i] = static_cast<std::uint8_t>(generator.below(256));
  const Tensor queries = uniform({5, 6}, 0, 1, DType::float64, generator);
  const auto found = models::nearest(queries, bytes);
  for (Index q = 0; q < 5; ++q) {
    double best = HUGE_VAL;
    for (Index i = 0; i < 4500; ++i) {
      double distance = 0;
      for (Index j = 0; j < 6; ++j) {
        const double step = queries.data<double>()[6 * q + j] - bytes.data<std::uint8_t>()[6 * i + j] / 255.0;
        distance += step * step;
      }
      best = std::min(best, distance);
    }
    CHECK_THAT(found.distances.data<double>()[q], WithinRel(std::sqrt(best), 1e-9));
  }
}

TEST_CASE("precision_recall: a set with itself, apart from itself, and half of it", "[models]") {
  const Tensor real = randn({60, 2}, DType::float64);
  const auto same = models::precision_recall(real, real);
  CHECK(same.precision == 1);
  CHECK(same.recall == 1);
  const auto apart = models::precision_recall(real, real + 100);
  CHECK(apart.precision == 0);
  CHECK(apart.recall == 0);
  const Tensor far = real.rows(0, 30) + 100;  // two clusters of which the samples show one
  Tensor both({60, 2}, DType::float64);
  both.rows(0, 30).copy_(real.rows(0, 30));
  both.rows(30, 60).copy_(far);
  const auto half = models::precision_recall(both, real.rows(0, 30));
  CHECK(half.precision == 1);
  CHECK(half.recall == 0.5);
}

TEST_CASE("nearest: of equally near rows the first counts, across blocks too", "[models]") {
  const Tensor far = full({2001, 1}, 5);
  const Tensor points = concat({tensor({{9}, {-1}, {1}}), far, tensor({{1}, {-1}})});
  CHECK(models::nearest(zeros({1, 1}), points, 3).indices.to_vector<Index>() == std::vector<Index>{1, 2, 2004});
}

TEST_CASE("precision_recall: a ball ends at the k-th nearest other row, and holds what lies there", "[models]") {
  // On a line: with k = 2 the balls around 0, 1 and 4 have the radii 4, 3 and 4, those of the samples 6.5, 6 and 6.5.
  const Tensor real = tensor({{0}, {1}, {4}}), samples = tensor({{8}, {8.5}, {14.5}});
  const auto found = models::precision_recall(real, samples, 2);
  CHECK(found.precision == 1. / 3);
  CHECK(found.recall == 1. / 3);
}

TEST_CASE("neighbours: refuse what makes no sense", "[models]") {
  CHECK_THROWS_AS(models::nearest(zeros({1, 2}), zeros({3, 2}), 4), ValueError);
  CHECK_THROWS_AS(models::nearest(zeros({1, 2}), zeros({3, 3})), ShapeError);
  CHECK_THROWS_AS(models::precision_recall(zeros({3, 2}), zeros({9, 2})), ShapeError);
  CHECK_THROWS_AS(models::precision_recall(zeros({3, 2}), zeros({9, 2}), -1), ValueError);
}

TEST_CASE("neighbours: a NaN is near to nothing", "[models]") {
  const Tensor points = randn({10, 3}), none = full({10, 3}, std::nan(""));
  CHECK_THROWS_AS(models::precision_recall(points, none), ValueError);
  CHECK_THROWS_AS(models::nearest(none, points), ValueError);
}

TEST_CASE("precision_recall: rows that are repeated lie in each other's balls", "[models]") {
  Generator generator(2);
  const DType dtype = GENERATE(DType::float32, DType::float64);
  const Tensor once = randn({40, 33}, dtype, generator) * 3 + 1;
  Tensor real({200, 33}, dtype), samples({1000, 33}, dtype);
  for (Index i = 0; i < 5; ++i) real.rows(40 * i, 40 * (i + 1)).copy_(once);
  for (Index i = 0; i < 25; ++i) samples.rows(40 * i, 40 * (i + 1)).copy_(once);
  const auto result = models::precision_recall(real, samples);
  CHECK(result.precision == 1);
  CHECK(result.recall == 1);
  for (const double distance : models::nearest(once, samples, 25).distances.to_vector<double>()) REQUIRE(distance == 0);
}
