#include "autograd/kernels/walk.h"

#include "tests/catch.h"

using tandem::Index;
using tandem::kernels::Walk;

TEST_CASE("walk: from any row, as by division", "[autograd]") {
  const Index extent[] = {2, 3, 4}, first[] = {100, 10, 1}, second[] = {0, 7, 0};
  for (Index begin = 0; begin < 24; ++begin) {
    Walk walk(3, extent, first, second, begin);
    for (Index row = begin; row < 24; ++row, walk.next()) {
      CAPTURE(begin, row);
      CHECK(walk.start(0) == row / 12 * 100 + row / 4 % 3 * 10 + row % 4);
      CHECK(walk.start(1) == row / 4 % 3 * 7);
      CHECK(walk.at(2) == row % 4);
    }
  }
}

TEST_CASE("walk: no axes, or one without extent", "[autograd]") {
  const Index extent[] = {3, 0}, stride[] = {1, 1};
  CHECK(Walk(0, extent, stride, stride, 0).start(0) == 0);
  CHECK(Walk(2, extent, stride, stride, 0).start(1) == 0);
}
