#include "nn/data/in_parallel.h"

#include <stdexcept>

#include "tests/catch.h"
#include "tests/threads.h"

using namespace tandem;

TEST_CASE("for_each_in_parallel: all are called, and the first exception goes on", "[data]") {
  for (const int threads : {1, 3}) {
    const test::Threads set(threads);
    std::vector<int> called(10, 0);
    CHECK_THROWS_WITH(data::for_each_in_parallel(10,
                                                 [&](Index i) {
                                                   called[static_cast<std::size_t>(i)] = 1;
                                                   if (i % 4 == 3) throw std::runtime_error(std::to_string(i));
                                                 }),
                      "3");
    CHECK(called == std::vector<int>(10, 1));
    data::for_each_in_parallel(10, [&](Index i) { called[static_cast<std::size_t>(i)] = 2; });
    CHECK(called == std::vector<int>(10, 2));
  }
}
