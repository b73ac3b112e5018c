#include "examples/support/spam/filter.h"

#include <cmath>

#include "nn/io/safetensors.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::examples;

TEST_CASE("filter: more features than the file holds are refused before memory is taken", "[spam]") {
  const test::TemporaryFolder folder;
  for (const std::string& name : spam::classifier_names) {
    spam::Filter filter;
    filter.name = name;
    filter.features.bits = 2;
    filter.features.ngram = 0;
    filter.classifier = spam::make_classifier(name, filter.features.count(), 1);
    spam::save_filter(folder / "filter", filter);
    CHECK(spam::load_filter(folder / "filter").features.bits == 2);
    CHECK(spam::load_filter(folder / "filter").features.ngram == 0);

    io::TensorFile file = io::load_safetensors(folder / "filter");
    file.metadata["bits"] = "28";
    io::save_safetensors(folder / "filter", file.tensors, file.metadata);
    CHECK_THAT(test::message_of<io::FileError>([&] { spam::load_filter(folder / "filter"); }),
               ContainsSubstring("more features than the file holds numbers"));
  }
}

TEST_CASE("filter: a threshold that is not finite is refused", "[spam]") {
  const test::TemporaryFolder folder;
  spam::Filter filter;
  filter.name = "naive_bayes";
  filter.features.bits = 2;
  filter.classifier = spam::make_classifier(filter.name, filter.features.count(), 1);
  filter.threshold = std::nan("");
  spam::save_filter(folder / "filter", filter);
  CHECK_THROWS_AS(spam::load_filter(folder / "filter"), io::FileError);
}
