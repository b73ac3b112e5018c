#include "examples/support/draw/line_chart.h"

#include <cmath>
#include <set>

#include "tests/catch.h"

namespace tandem::examples {
namespace {

std::vector<std::string> labels_of(const Ticks& ticks) {
  std::vector<std::string> labels;
  for (int i = 0; i < ticks.count; ++i) labels.push_back(ticks.label(i));
  return labels;
}

/// Number of pixels of exactly this colour.
Index pixels_of(const Tensor& picture, Colour colour) {
  const std::uint8_t* p = picture.data<std::uint8_t>();
  Index count = 0;
  for (Index i = 0; i < picture.size(); i += 3) count += Colour{p[i], p[i + 1], p[i + 2]} == colour;
  return count;
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

TEST_CASE("line_chart: draws each series in its colour", "[examples]") {
  const Tensor picture = line_chart("Loss", {{"train", {3, 2, 1}}, {"test", {3, 2.5, 2}}}, "epoch", "nats");
  CHECK(picture.shape() == Shape{480, 800, 3});
  CHECK(pixels_of(picture, series_colour(0)) > 1000);
  CHECK(pixels_of(picture, series_colour(1)) > 1000);
  CHECK(pixels_of(picture, series_colour(2)) == 0);
}

TEST_CASE("line_chart: a single value is a dot", "[examples]") {
  const Index legend = pixels_of(line_chart("", {{"x", {}}}, "", ""), series_colour(0));
  const Index with_dot = pixels_of(line_chart("", {{"x", {0.5}}}, "", ""), series_colour(0));
  CHECK(with_dot - legend > 20);
  CHECK(with_dot - legend < 80);
}

TEST_CASE("line_chart: a value that is not finite leaves a gap", "[examples]") {
  const auto drawn = [](std::vector<double> values) {
    return pixels_of(line_chart("", {{"x", std::move(values)}}, "", ""), series_colour(0));
  };
  CHECK(drawn({1, 2, NAN, 2, 1}) < drawn({1, 2, 2, 2, 1}));
  CHECK(drawn({NAN, NAN}) == drawn({}));
  CHECK(drawn({INFINITY, -INFINITY}) == drawn({}));
}

TEST_CASE("line_chart: degenerate input", "[examples]") {
  CHECK_NOTHROW(line_chart("", {}, "", ""));
  CHECK_NOTHROW(line_chart("equal", {{"x", {2, 2, 2}}}, "", ""));
  CHECK_NOTHROW(line_chart("huge", {{"x", {-1e308, 1e308}}}, "", ""));
  CHECK_NOTHROW(line_chart("long", {{"x", std::vector<double>(5000, 1.5)}}, "", ""));
  CHECK_NOTHROW(line_chart(std::string(500, 'W'), std::vector<Series>(20, {"name", {1, 2}}), "x", "y"));
}

TEST_CASE("series_colour: seven different ones, then again", "[examples]") {
  std::set<std::uint32_t> colours;
  for (std::size_t i = 0; i < 7; ++i) {
    const Colour c = series_colour(i);
    colours.insert(c.red * 65536u + c.green * 256u + c.blue);
  }
  CHECK(colours.size() == 7);
  CHECK(series_colour(7) == series_colour(0));
}

}  // namespace
}  // namespace tandem::examples
