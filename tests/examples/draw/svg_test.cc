#include "examples/support/draw/svg.h"

#include <cmath>

#include "tests/catch.h"

using namespace tandem::examples;

TEST_CASE("svg: shapes and text, escaped", "[examples]") {
  Svg svg(100, 50, "a \"b\"");
  svg.line({1, 2}, {3, 4.5}, "rule");
  svg.text({5, 6}, "x < y & z", "tick", Align::centre);
  CHECK(svg.str() ==
        "<svg viewBox=\"0 0 100 50\" role=\"img\" aria-label=\"a &quot;b&quot;\">\n"
        "<path d=\"M1.00 2.00L3.00 4.50\" class=\"rule\"/>\n"
        "<text x=\"5.00\" y=\"6.00\" class=\"tick\" text-anchor=\"middle\">x &lt; y &amp; z</text>\n"
        "</svg>\n");
}

TEST_CASE("svg: a point that is not finite leaves a gap", "[examples]") {
  Svg svg(10, 10, "");
  svg.path({{0, 0}, {1, 1}, {2, std::nan("")}, {3, 3}}, "line");
  CHECK_THAT(svg.str(), ContainsSubstring("d=\"M0.00 0.00L1.00 1.00M3.00 3.00\""));
}

TEST_CASE("svg: numbers below zero have a minus sign", "[examples]") {
  CHECK(with_minus("-1.5") == "\u22121.5");
  CHECK(with_minus("1e-05") == "1e-05");
  CHECK(with_minus("-0.00") == "0.00");
}
