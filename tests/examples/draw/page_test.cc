#include "examples/support/draw/page.h"

#include "tests/catch.h"

using namespace tandem::examples;

TEST_CASE("page: base64 has the examples of RFC 4648", "[examples]") {
  const auto encoded = [](std::string_view text) { return base64(std::as_bytes(std::span(text))); };
  CHECK(encoded("") == "");
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foobar") == "Zm9vYmFy");
}

TEST_CASE("page: the first row of a table is its head, the first column names the rows", "[examples]") {
  CHECK(table({{"a", "b"}, {"c", "d"}}) ==
        "<div class=\"scroll\"><table class=\"\">\n"
        "<thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr></thead>\n"
        "<tbody><tr><th scope=\"row\">c</th><td>d</td></tr>\n"
        "</tbody></table></div>\n");
}
