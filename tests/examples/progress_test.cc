#include "examples/support/progress.h"

#include "tests/catch.h"

using namespace tandem::examples;

TEST_CASE("progress: a bar and a time", "[examples]") {
  const std::string full = "████████████████████████", empty = "░░░░░░░░░░░░░░░░░░░░░░░░";
  CHECK(progress_bar(0) == empty);
  CHECK(progress_bar(0.5) == full.substr(0, full.size() / 2) + empty.substr(0, empty.size() / 2));
  CHECK(progress_bar(1) == full);
  CHECK(clock_time(0.4) == "0:00");
  CHECK(clock_time(65.4) == "1:05");
  CHECK(clock_time(119.6) == "2:00");
}
