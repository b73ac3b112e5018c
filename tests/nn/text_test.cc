#include "nn/text.h"

#include "tests/check.h"

using namespace tandem;
using namespace tandem::nn;

TEST_CASE("text: numbers and names as messages show them", "[io]") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(47040016) == "47,040,016");
  CHECK(in_quotes("a.weight") == "\"a.weight\"");
  CHECK(in_quotes(std::string("a\n\x1b[2J\0b", 8)) == "\"a??[2J?b\"");
  CHECK(in_quotes(std::string(1000, 'x')) == '"' + std::string(80, 'x') + "...\"");
}

TEST_CASE("printable: no character that a terminal would obey", "[nn]") {
  using tandem::nn::printable;
  CHECK(printable("a\x1b[2J\x7f") == "a?[2J?");
  CHECK(printable("\xc2\x9b"
                  "2J") == "?2J");
  CHECK(printable("caf\xc3\xa9 \xc2\xa3 \xc2") == "caf\xc3\xa9 \xc2\xa3 \xc2");
}
