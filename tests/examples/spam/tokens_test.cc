#include "examples/support/spam/tokens.h"

#include "tests/catch.h"

using namespace tandem::examples::spam;

TEST_CASE("tokens: words", "[spam]") {
  using Words = std::vector<std::string>;
  CHECK(split_words("Don't pay $99.95, (REALLY)... 100%!") == Words{"Don't", "pay", "$99.95", "REALLY", "100%!"});
  CHECK(split_words("http://a.example/x?y=1") == Words{"http", "a.example", "x", "y", "1"});
  CHECK(split_words("--- ... \xC3\xA9t\xC3\xA9").size() == 1);
  CHECK(split_words(std::string(100, 'a')) == Words{std::string(40, 'a'), std::string(40, 'a'), std::string(20, 'a')});
}

TEST_CASE("tokens: headers that would leak the label", "[spam]") {
  CHECK(is_leak("list-unsubscribe"));
  CHECK_FALSE(is_leak("subject"));
}
