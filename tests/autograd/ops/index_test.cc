#include "autograd/ops/index.h"

#include "autograd/create.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("index_add: writes over what it is given, and over nothing that somebody holds", "[autograd][ops]") {
  const Tensor x = ones({3, 2}), expected = tensor({{1, 1}, {1, 1}, {6, 8}});
  const Tensor rows = labels({2, 2}), source = tensor({{2, 3}, {3, 4}});
  check_equal(index_add(x, rows, source), expected);
  check_equal(x, ones({3, 2}));
  Tensor given = ones({3, 2});
  const std::byte* const memory = given.raw_data();
  const Tensor y = index_add(std::move(given), rows, source);
  check_equal(y, expected);
  CHECK(y.raw_data() == memory);
}
