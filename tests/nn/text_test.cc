#include "nn/text.h"

#include "tests/check.h"

using namespace tandem;

TEST_CASE("text: numbers and names as messages show them", "[io]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(47040016) == "47,040,016");
  CHECK(grouped(std::uint64_t(-1)) == "18,446,744,073,709,551,615");
  CHECK(grouped(Index{-100}) == "-100");
  CHECK(grouped(Index{-1000}) == "-1,000");
  CHECK(in_quotes("a.weight") == "\"a.weight\"");
  CHECK(in_quotes(std::string("a\n\x1b[2J\0b", 8)) == "\"a??[2J?b\"");
  CHECK(in_quotes(std::string(1000, 'x')) == '"' + std::string(80, 'x') + "...\"");
}

TEST_CASE("in_quotes: the control characters of Latin-1 too, and no letter cut in two", "[io]") {
  CHECK(in_quotes("\xc2\x9b"
                  "2J") == "\"?2J\"");
  const std::string dots = "...\"";
  for (const std::string letter : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    for (std::size_t before = 77; before <= 80; ++before) {
      const std::string start(before, 'x');
      const bool fits = before + letter.size() <= 80;
      CHECK(in_quotes(start + letter) == '"' + start + (fits ? letter + '"' : dots));
      CHECK(in_quotes(start + letter + std::string(9, 'x')) ==
            '"' + (fits ? start + letter + std::string(80 - before - letter.size(), 'x') : start) + dots);
    }
  }
  CHECK(in_quotes(std::string(79, 'x') + "\xc2\x9b") == '"' + std::string(79, 'x') + dots);
  CHECK(in_quotes(std::string(100, '\x80')) == '"' + std::string(80, '\x80') + dots);  // no UTF-8
}

TEST_CASE("printable: no character that a terminal would obey", "[nn]") {
  CHECK(printable("a\x1b[2J\x7f") == "a?[2J?");
  CHECK(printable("\xc2\x9b"
                  "2J") == "?2J");
  CHECK(printable("caf\xc3\xa9 \xc2\xa3 \xc2") == "caf\xc3\xa9 \xc2\xa3 \xc2");
}
