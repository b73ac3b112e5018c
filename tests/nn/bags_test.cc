#include "nn/bags.h"

#include "autograd/create.h"
#include "tests/check.h"
#include "tests/nn/some_bags.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("Bags: rows in another order", "[nn]") {
  const nn::Bags bags = some_bags();
  CHECK(bags.size() == 3);
  const nn::Bags chosen = bags.subset(std::vector<Index>{2, 1, 0});
  CHECK(chosen.offsets.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 2, 2, 4});
  CHECK(chosen.indices.to_vector<std::int64_t>() == std::vector<std::int64_t>{3, 3, 3, 1});
  CHECK(chosen.weights.to_vector<float>() == std::vector<float>{2, 1, 1, 0.5f});
  CHECK_THROWS_AS(bags.subset(std::vector<Index>{3}), ValueError);
}

TEST_CASE("Bags: what cannot be bags is refused before it is read", "[nn]") {
  const std::int64_t beyond = std::int64_t{1} << 30;
  const std::vector<Index> first = {0};
  for (const std::vector<std::int64_t>& offsets :
       {std::vector<std::int64_t>{0, beyond}, {-beyond, 0}, {1, 0}, {2, 3}, {0, 2}}) {
    nn::Bags bags = nn::make_bags(std::vector<nn::Bag>{{{3, 1.0f}}});
    bags.offsets = tensor(offsets, {static_cast<Index>(offsets.size())});
    CHECK_THROWS_AS(bags.subset(first), ValueError);
    CHECK_THROWS_AS(bags.check(5), ValueError);
  }
  nn::Bags bags = some_bags();
  bags.check(4);
  CHECK_THROWS_AS(bags.check(3), ValueError);
  bags.offsets = labels({0, 1, 3});  // one entry belongs to no row
  CHECK_THROWS_AS(bags.check(4), ValueError);
  bags.offsets = labels({0, 4, 2, 4});
  CHECK_THROWS_AS(bags.check(4), ValueError);
  bags = some_bags();
  bags.weights = ones({3});
  CHECK_THROWS_AS(bags.subset(first), ShapeError);
  CHECK_THROWS_AS(bags.check(4), ShapeError);
  bags = some_bags();
  bags.offsets = Tensor({0}, DType::int64);
  CHECK_THROWS_AS(bags.check(4), ShapeError);
}
