#include "examples/support/spam/features.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "examples/support/spam/hash.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples::spam;

namespace {

Mail some_mail() {
  Mail mail;
  mail.headers = {{"subject", "free money"},
                  {"x-spam-status", "Yes"},
                  {"date", "Mon"},
                  {"received",
                   "from evil.example "
                   "([1.2.3.4]) by mail.netnoteinc.com with SMTP; Tue, 31 Jul 2001"}};
  mail.text = "free money free";
  return mail;
}

std::set<std::string> names_of(const Mail& mail, FeatureOptions options) {
  FeatureNames names;
  features_of(mail, options, &names);
  std::set<std::string> result;
  for (const auto& [feature, name] : names) result.insert(name);
  return result;
}

}  // namespace

TEST_CASE("features: words and sparse bigrams, marked with their place", "[spam]") {
  Mail mail;
  mail.headers = {{"subject", "free"}};
  mail.text = "a b c";
  const auto names = names_of(mail, {.window = 3});
  for (const char* name : {"subject:free", "body:a", "body:a b", "body:a . c", "body:b c", "headers:subject"}) {
    INFO(name);
    CHECK(names.contains(name));
  }
  CHECK_FALSE(names_of(mail, {.window = 2}).contains("body:a . c"));
  CHECK_FALSE(names_of(mail, {.scope = Scope::body_only}).contains("subject:free"));
}

TEST_CASE("features: what would leak the label is left out", "[spam]") {
  const auto names = names_of(some_mail(), {.window = 1});
  CHECK(names.contains("received:evil.example"));
  for (const std::string& name : names) {
    INFO(name);
    CHECK_FALSE(name.starts_with("x-spam"));
    CHECK_FALSE(name.starts_with("date:"));
    CHECK(name.find("netnoteinc") == std::string::npos);
    CHECK(name.find("2001") == std::string::npos);
  }
}

TEST_CASE("features: values by hand", "[spam]") {
  Mail mail;
  mail.text = "free money free";
  const nn::Bag bag = features_of(mail, {.window = 1, .ngram = 0, .scope = Scope::body_only});
  // free twice, money once, and the structural mark: 1 + ln 2, 1 and 1 over their norm.
  REQUIRE(bag.size() == 3);
  const double twice = 1 + std::log(2.0), norm = std::sqrt(twice * twice + 2);
  float largest = 0, smallest = 1, squares = 0;
  for (const auto& [feature, value] : bag) {
    CHECK((feature >= 0 && feature < FeatureOptions{}.count()));
    largest = std::max(largest, value);
    smallest = std::min(smallest, value);
    squares += value * value;
  }
  CHECK_THAT(largest, WithinRel(static_cast<float>(twice / norm), 1e-5f));
  CHECK_THAT(smallest, WithinRel(static_cast<float>(1 / norm), 1e-5f));
  CHECK_THAT(squares, WithinRel(1.0f, 1e-5f));
}

TEST_CASE("features: headers are not drowned by a long body", "[spam]") {
  Mail mail = some_mail();
  const auto header_norm = [](const Mail& of) {
    FeatureNames names;
    double squares = 0;
    for (const auto& [feature, value] : features_of(of, {.bits = 24}, &names))
      if (!names[feature].starts_with("body")) squares += value * value;
    return squares;
  };
  const double before = header_norm(mail);
  for (int i = 0; i < 1000; ++i) mail.text += " word" + std::to_string(i);
  CHECK_THAT(before, WithinRel(2.0, 1e-5));  // 1 for the words, 1 for the n-grams
  CHECK_THAT(header_norm(mail), WithinRel(2.0, 1e-5));
}

TEST_CASE("features: character n-grams run over the words, each once, and bear the names of words", "[spam]") {
  Mail mail;
  mail.text = "free (free)";
  const FeatureOptions options{.bits = 24, .window = 1, .scope = Scope::body_only};
  FeatureNames names;
  const nn::Bag bag = features_of(mail, options, &names);
  // The word and the structural mark; " fre", "free", "ree ", "ee f" and "e fr".
  CHECK(bag.size() == 2 + 5);
  const float of_ngram = 1 / std::sqrt(5.0f);
  CHECK(std::count_if(bag.begin(), bag.end(), [&](const auto& f) { return std::abs(f.second - of_ngram) < 1e-6f; }) ==
        5);
  CHECK(std::count_if(names.begin(), names.end(), [](const auto& n) { return n.second == "body:free"; }) == 1 + 5);
  CHECK(names_of(mail, options) == names_of(mail, {.window = 1, .ngram = 0, .scope = Scope::body_only}));
}

TEST_CASE("features: n-grams see what a word is made of", "[spam]") {
  const auto common = [](const std::string& a, const std::string& b, int ngram) {
    const auto features = [&](const std::string& text) {
      Mail mail;
      mail.text = text;
      std::set<std::int64_t> set;
      for (const auto& [feature, value] : features_of(mail, {.ngram = ngram, .scope = Scope::body_only}))
        set.insert(feature);
      return set;
    };
    const std::set<std::int64_t> in_a = features(a), in_b = features(b);
    return std::count_if(in_a.begin(), in_a.end(), [&](std::int64_t f) { return in_b.contains(f); });
  };
  CHECK(common("unsubscribe", "unsubscribing", 0) == 1);      // the structural mark
  CHECK(common("unsubscribe", "unsubscribing", 4) == 1 + 8);  // " uns" to "crib"
  CHECK(common("unsubscribe", "unsubscribing", 6) == 1 + 6);
}

TEST_CASE("features: so many n-grams of the headers, and as many of the body", "[spam]") {
  Mail mail;
  std::uint64_t state = 1;
  for (int header = 0; header < 30; ++header) {
    std::string word;
    while (word.size() < 9'900) word += static_cast<char>('a' + (mix(state++) >> 40) % 26);
    mail.headers.emplace_back("x-" + std::to_string(header), word);
  }
  mail.text = "body";
  const auto ngrams_of = [&](const Mail& of) {
    return features_of(of, {.bits = 24}).size() - features_of(of, {.bits = 24, .ngram = 0}).size();
  };
  const std::size_t size = ngrams_of(mail);
  CHECK((size > 190'000 && size <= 200'000 + 2));  // some share a feature
  mail.headers.clear();
  CHECK(ngrams_of(mail) == 2);  // " bod" and "body"
}

TEST_CASE("features: so many words of the headers, and as many of the body", "[spam]") {
  Mail mail;
  std::string words;
  for (int i = 0; i < 150'000; ++i) words += 'w' + std::to_string(i) + ' ';
  mail.headers = {{"x-one", words}, {"x-two", words}};
  mail.text = "body";
  const auto size = features_of(mail, {.bits = 24, .window = 1, .ngram = 0}).size();
  CHECK((size > 195'000 && size <= 200'000 + 2));  // some share a feature
  CHECK(names_of(mail, {.window = 1, .ngram = 0}).contains("body:body"));
}

TEST_CASE("features: the seed makes another hash", "[spam]") {
  const nn::Bag one = features_of(some_mail(), {.seed = 1});
  CHECK(features_of(some_mail(), {.seed = 1}) == one);
  CHECK(features_of(some_mail(), {.seed = 2}) != one);
}
