#include "examples/support/printable.h"

#include "tests/catch.h"

TEST_CASE("printable: no character that a terminal would obey", "[examples]") {
  using tandem::examples::printable;
  CHECK(printable("a\x1b[2J\x7f") == "a?[2J?");
  CHECK(printable("\xc2\x9b"
                  "2J") == "?2J");
  CHECK(printable("caf\xc3\xa9 \xc2\xa3 \xc2") == "caf\xc3\xa9 \xc2\xa3 \xc2");
}
