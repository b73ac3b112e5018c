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

TEST_CASE("tokens: spaces, dashes and quotation marks of Unicode are between words", "[spam]") {
  using Words = std::vector<std::string>;
  CHECK(split_words("\xE2\x80\x9C"
                    "free\xE2\x80\x9D\xE2\x80\x94now\xE2\x80\xA6\xC2\xA0"
                    "a\xE2\x80\x83z") == Words{"free", "now", "a", "z"});
  CHECK(split_words("don\xE2\x80\x99t \xE2\x82\xAC"
                    "5 \xE2\x80") == Words{"don\xE2\x80\x99t",
                                           "\xE2\x82\xAC"
                                           "5",
                                           "\xE2\x80"});
}

TEST_CASE("tokens: headers that would leak the label", "[spam]") {
  CHECK(is_leak("list-unsubscribe"));
  CHECK_FALSE(is_leak("subject"));
}
