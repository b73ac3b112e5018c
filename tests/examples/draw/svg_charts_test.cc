#include "examples/support/draw/svg_charts.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples;

TEST_CASE("svg charts: never a coordinate that is not a number", "[examples]") {
  const std::string chart = GENERATE(
      curve_chart("c", {{"a", "dis", {10, 100, 1000}, {50, 5, 0.5}, {40, 4, 0.4}, {60, 6, 0.6}}},
                  {"x", "y", true, true}),
      curve_chart("an error of none", {{"a", "dis", {10, 100}, {5, 0}, {4, 0}, {6, 0}}}, {"x", "y", true, true}),
      curve_chart("no errors", {{"a", "dis", {10, 100}, {0, 0}}}, {"x", "y", true, true}),
      curve_chart("one point", {{"a", "dis", {1}, {1}}}, {"x", "y"}),
      histogram_chart("h", {{"gen", {1, 2, 2, 3}}, {"dis", {2, 2, 2}}}, "x"),
      histogram_chart("all the same", {{"gen", {1, 1}}}, "x"),
      estimate_chart("e", {{"a", "gen", "1 %", 1, 0.5, 2}, {"none", "dis", "0 %", 0, 0, 0}}, "x"),
      column_chart("k", {{"gen", {1, 0}}, {"dis", {0, 0}}}, {"0", "1"}, "y"), confusion_chart("m", {{5, 1}, {0, 3}}),
      reliability_chart("r", {{0.5, 0.4, 1}}, "gen"), scatter_chart("s", tensor({{0, 1}, {2, 3}}), labels({0, 9})));
  CHECK_THAT(chart, !ContainsSubstring("nan") && !ContainsSubstring("inf") && ContainsSubstring("</svg>"));
}

TEST_CASE("svg charts: a logarithmic axis has three marks or more", "[examples]") {
  const auto [low, high, marks] = GENERATE(table<double, double, std::vector<std::string>>({
      {1, 1000, {"1", "10", "100", "1k"}},
      {13, 67, {"15", "20", "30", "50", "70"}},
      {10, 300, {"10", "20", "50", "100", "200"}},
  }));
  CAPTURE(low, high);
  const std::string chart = curve_chart("c", {{"a", "dis", {0, 1}, {low, high}}}, {"x", "y", false, true});
  for (const std::string& mark : marks) CHECK_THAT(chart, ContainsSubstring("\"end\">" + mark + "</text>"));
  std::size_t aligned_right = 0;  // as the marks of the other axis are not
  for (std::size_t at = chart.find("\"end\""); at != std::string::npos; at = chart.find("\"end\"", at + 1))
    ++aligned_right;
  CHECK(aligned_right == marks.size());
}

TEST_CASE("svg charts: marks below zero have a minus sign", "[examples]") {
  const std::string chart = curve_chart("c", {{"a", "dis", {-10, 10}, {-3, 2}}}, {"x", "y"});
  CHECK_THAT(chart, ContainsSubstring(">\u221210</text>") && ContainsSubstring(">\u22124</text>"));
  CHECK_THAT(chart, !ContainsSubstring(">-"));
}
