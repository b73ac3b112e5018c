#include "autograd/shape.h"

#include <limits>
#include <sstream>

#include "autograd/create.h"
#include "autograd/error.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/matmul.h"
#include "tests/check.h"

using namespace tandem;
using Catch::Matchers::Message;

TEST_CASE("shape: extents, size, text", "[autograd]") {
  const Shape shape{2, 3, 4};
  CHECK(shape.rank() == 3);
  CHECK(shape.size() == 24);
  CHECK(shape[1] == 3);
  CHECK(shape.dim(-1) == 4);
  CHECK(to_string(shape) == "[2, 3, 4]");
  CHECK(Shape{}.size() == 1);
  CHECK(to_string(Shape{}) == "[]");
  std::ostringstream out;
  out << shape;
  CHECK(out.str() == "[2, 3, 4]");
  CHECK(Shape{0, 5}.size() == 0);
  CHECK(shape == Shape{2, 3, 4});
  CHECK_FALSE(shape == Shape{2, 3});
  CHECK_FALSE(shape == Shape{2, 3, 5});
}

TEST_CASE("shape: axes in and out", "[autograd]") {
  const Shape shape{2, 3, 4};
  CHECK(shape.without(1) == Shape{2, 4});
  CHECK(shape.with(0, 7) == Shape{7, 2, 3, 4});
  CHECK(shape.with(3, 7) == Shape{2, 3, 4, 7});
  CHECK(shape.normalize(-3) == 0);
  CHECK(shape.normalize(2) == 2);
  CHECK_THROWS_MATCHES(shape.dim(3), ShapeError,
                       Message("axis 3 of a tensor of shape [2, 3, 4]\n  rule: -rank <= axis < rank   (rank is 3)"));
  CHECK_THROWS_AS(shape.dim(-4), ShapeError);
  CHECK_THROWS_AS(Shape{}.dim(0), ShapeError);
}

TEST_CASE("shape: what cannot be is refused", "[autograd]") {
  CHECK_THROWS_MATCHES(Shape({2, -1}), ShapeError, Message("shape: [2, -1] has a negative extent"));
  CHECK_THROWS_MATCHES(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), ShapeError,
                       Message("shape: 9 axes, but a tensor has at most 8"));
  const Index huge = Index{1} << 40;
  CHECK_THROWS_MATCHES(Shape({huge, huge}), ShapeError,
                       Message("shape: [1099511627776, 1099511627776] has more elements than can be addressed"));
  CHECK_THROWS_AS(Shape({std::numeric_limits<Index>::max()}), ShapeError);
  Shape full{1, 1, 1, 1, 1, 1, 1, 1};
  CHECK_THROWS_AS(full.push_back(1), ShapeError);
}

TEST_CASE("shape: a result that cannot be addressed is refused before memory is taken", "[autograd]") {
  const Index huge = Index{1} << 31;
  CHECK_THROWS_AS(matmul(Tensor({huge, 0}, DType::float32), Tensor({0, huge}, DType::float32)), ShapeError);
  CHECK_THROWS_AS(one_hot(labels({0}), Index{1} << 62), ShapeError);
  CHECK_THROWS_AS(eye(Index{1} << 32), ShapeError);
  CHECK_THROWS_AS(linspace(0, 1, Index{1} << 62), ShapeError);
  CHECK_THROWS_AS(arange(0, 1e19), ValueError);
}

TEST_CASE("shape: broadcasting of three", "[autograd]") {
  const Tensor mask = labels({1, 0}).to(DType::uint8).reshape({2, 1});
  test::check_equal(where(mask, ones({2, 3}), zeros({3})), tensor({{1, 1, 1}, {0, 0, 0}}));
  CHECK_THAT(test::message_of<ShapeError>([&] {
               where(mask, ones({3, 3}), zeros({3}));
             }),
             ContainsSubstring("mask, a and b broadcast"));
}

TEST_CASE("shape: broadcasting", "[autograd]") {
  CHECK(broadcast({2, 3}, {2, 3}) == Shape{2, 3});
  CHECK(broadcast({2, 3}, {3}) == Shape{2, 3});
  CHECK(broadcast({2, 1, 3}, {4, 1}) == Shape{2, 4, 3});
  CHECK(broadcast({}, {2, 3}) == Shape{2, 3});
  CHECK(broadcast({1}, {0}) == Shape{0});
  CHECK(broadcast({5, 0}, {1}) == Shape{5, 0});
  CHECK_FALSE(broadcast({2}, {3}));
  CHECK_FALSE(broadcast({2, 3}, {2}));
  CHECK_FALSE(broadcast({0}, {2}));
}
