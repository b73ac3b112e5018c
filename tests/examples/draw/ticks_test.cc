#include "examples/support/draw/ticks.h"

#include <cmath>
#include <vector>

#include "tests/catch.h"

using namespace tandem::examples;

namespace {

std::vector<std::string> labels_of(const Ticks& ticks) {
  std::vector<std::string> labels;
  for (int i = 0; i < ticks.count; ++i) labels.push_back(ticks.label(i));
  return labels;
}

TEST_CASE("round_ticks: known values", "[examples]") {
  using Labels = std::vector<std::string>;
  CHECK(labels_of(round_ticks(0, 1, 5)) == Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels_of(round_ticks(0.911, 0.987, 5)) == Labels{"0.90", "0.92", "0.94", "0.96", "0.98", "1.00"});
  CHECK(labels_of(round_ticks(-3, 7, 5)) == Labels{"-4", "-2", "0", "2", "4", "6", "8"});
  CHECK(labels_of(round_ticks(80, 163, 5)) == Labels{"80", "100", "120", "140", "160", "180"});
  CHECK(labels_of(round_ticks(1, 3, 10, /*whole=*/true)) == Labels{"1", "2", "3"});
  CHECK(labels_of(round_ticks(0, 4e6, 5)).back() == "4e+06");
}

TEST_CASE("round_ticks: cover any range with a few ticks", "[examples]") {
  const auto [low, high] = GENERATE(table<double, double>(
      {{0, 0}, {3, 3}, {-2, -2}, {1, 1 + 1e-15}, {1e-300, 2e-300}, {-1e300, 1e300}, {0, 1e-12}, {1e9, 1e9 + 1}}));
  const Ticks ticks = round_ticks(low, high, 5);
  CAPTURE(low, high, ticks.first, ticks.step, ticks.count);
  CHECK(ticks.first <= low + 1e-6 * ticks.step);
  CHECK(ticks.last() >= high - 1e-6 * ticks.step);
  CHECK(ticks.count >= 2);
  CHECK(ticks.count <= 8);
}

TEST_CASE("round_ticks: something sensible for a range that is none", "[examples]") {
  for (const auto& [low, high] : {std::pair(NAN, NAN), std::pair(HUGE_VALF, -HUGE_VALF), std::pair(2.f, 1.f)})
    CHECK(labels_of(round_ticks(low, high, 5)).size() == 6);
}

}  // namespace
