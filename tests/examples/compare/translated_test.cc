#include "examples/support/compare/translated.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples::compare;

TEST_CASE("translated: pixels move by a fifth of the width, down and to the right", "[compare]") {
  // 2 pictures of 3 x 10 pixels.
  const Tensor x = arange(1, 61).reshape({2, 30}), y = translated(x, {3, 10, 1});
  Tensor expected = zeros({2, 30});
  for (Index i = 0; i < 2; ++i)
    for (Index j = 0; j < 8; ++j) expected.mutable_data<float>()[30 * i + 22 + j] = static_cast<float>(30 * i + j + 1);
  CHECK(y.to_vector<float>() == expected.to_vector<float>());
}

TEST_CASE("translated: a pixel keeps its colour", "[compare]") {
  // 2 x 3 pixels, by one.
  const Tensor x = tensor({{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}});
  CHECK(translated(x, {2, 3, 3}).to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6});
}
