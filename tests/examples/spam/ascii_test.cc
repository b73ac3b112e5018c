#include "examples/support/spam/ascii.h"

#include "tests/catch.h"

using namespace tandem::examples::spam;

TEST_CASE("ascii: letters in lower case, other bytes as they are", "[programs]") {
  CHECK(lower(std::string_view("Content-TYPE: \xC3\x84\xC0[@`{1")) == "content-type: \xC3\x84\xC0[@`{1");
  CHECK(lower(std::string_view("AZaz")) == "azaz");
  for (const char c : std::string("azAZ09")) CHECK(is_letter_or_digit(c));
  for (const char c : std::string("@[`{/:\xC4")) CHECK_FALSE(is_letter_or_digit(c));
}
