#include "tests/catch.h"
#include "tests/examples/program_runner.h"

using namespace tandem::test;

TEST_CASE("custom_layer: its gradients are right, and it learns", "[programs]") {
  const Outcome outcome = run("custom_layer", {});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  const std::size_t result = outcome.output.find(" of 500 new points right");
  REQUIRE(result != std::string::npos);
  CHECK(std::stoi(outcome.output.substr(result - 3)) >= 480);
  CHECK(run("custom_layer", {"--epochs", "0"}).exit_code == 2);
}
