#include "examples/support/draw/line_chart.h"

#include <cmath>
#include <set>

#include "tests/catch.h"

namespace tandem::examples {
namespace {

/// Number of pixels of exactly this colour.
Index pixels_of(const Tensor& picture, Colour colour) {
  const std::uint8_t* p = picture.data<std::uint8_t>();
  Index count = 0;
  for (Index i = 0; i < picture.size(); i += 3) count += Colour{p[i], p[i + 1], p[i + 2]} == colour;
  return count;
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
