#include "examples/support/spam/near_duplicates.h"

#include "autograd/random.h"
#include "tests/catch.h"

using namespace tandem;
using tandem::examples::spam::near_duplicate_groups;

namespace {

std::string random_text(Generator& generator, int words) {
  std::string text;
  for (int i = 0; i < words; ++i) {
    std::string word;
    for (int letter = 0; letter < 5; ++letter) word += static_cast<char>('a' + generator.below(26));
    text += word + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("near duplicates: the same letter with another name and number", "[spam]") {
  Generator generator(1);
  const std::string letter = random_text(generator, 200), other = random_text(generator, 200);
  const auto groups = near_duplicate_groups({letter + "id 123", other, "dear anna " + letter + "id 98765", letter});
  CHECK(groups == std::vector<Index>{0, 1, 0, 0});
}

TEST_CASE("near duplicates: half in common is not enough, and different texts stay apart", "[spam]") {
  Generator generator(2);
  const std::string half = random_text(generator, 100);
  std::vector<std::string> texts{half + random_text(generator, 100), half + random_text(generator, 100)};
  for (int i = 0; i < 50; ++i) texts.push_back(random_text(generator, 60));
  const auto groups = near_duplicate_groups(texts);
  for (std::size_t i = 0; i < groups.size(); ++i) CHECK(groups[i] == static_cast<Index>(i));
}

TEST_CASE("near duplicates: nothing, and texts shorter than a shingle", "[spam]") {
  CHECK(near_duplicate_groups({}).empty());
  CHECK(near_duplicate_groups({"", "hi", "", "hi there"}) == std::vector<Index>{0, 1, 0, 3});
}
