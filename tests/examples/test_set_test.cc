#include "examples/support/test_set.h"

#include "examples/support/program.h"
#include "tests/catch.h"

using namespace tandem::examples;

TEST_CASE("test set: that of the images, unless another is named", "[programs]") {
  const TestSetOptions silent, named{.data = "synthetic"};
  const auto trained_on = [](const std::string& data, bool pictures) {
    return ImageDescription{{28, 28, 1}, pictures, {}, data};
  };
  CHECK(silent.of(trained_on("fashion", false)) == "fashion");
  CHECK(silent.of(trained_on("", false)) == "mnist");
  CHECK(named.of(trained_on("fashion", false)) == "synthetic");
  CHECK(silent.load(trained_on("synthetic", false)).size() == 2000);
  CHECK_THROWS_AS(silent.of(trained_on("fashion", true)), UsageError);  // a folder of that name
  CHECK_THROWS_AS(silent.of(trained_on("scans", false)), UsageError);
  ImageDescription own = trained_on("fashion", false);
  own.folder = true;  // of IDX files
  CHECK_THROWS_AS(silent.of(own), UsageError);
}
