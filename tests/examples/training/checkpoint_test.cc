#include "examples/support/training/checkpoint.h"

#include "examples/support/program.h"
#include "tests/catch.h"
#include "tests/message_of.h"

using namespace tandem;
using examples::require_same_settings;
using nlohmann::json;

TEST_CASE("checkpoint: settings are compared both ways", "[programs]") {
  const json plain = {{"lr", 0.1}}, sized = {{"lr", 0.1}, {"image-size", {16, 64}}};
  CHECK_NOTHROW(require_same_settings(sized, sized, "run"));
  const auto refused = [](const json& now, const json& before) {
    return test::message_of<examples::UsageError>([&] { require_same_settings(now, before, "run"); });
  };
  const json noted = {{"lr", 0.1}, {"images", "5"}}, others = {{"lr", 0.1}, {"images", "6"}};
  CHECK_THAT(refused(noted, others), ContainsSubstring("the images: now \"5\", before \"6\""));
  CHECK_THAT(refused(plain, sized), ContainsSubstring("--image-size: now the default, before [16,64]"));
  const json falling = {{"schedule", "linear"}, {"epochs", 4}}, constant = {{"schedule", "constant"}};
  CHECK_THAT(refused(constant, falling), ContainsSubstring("--schedule: now") && !ContainsSubstring("--epochs"));
  CHECK_THAT(refused(falling, constant), ContainsSubstring("--schedule: now") && !ContainsSubstring("--epochs"));
  const json dataset = {{"data", "mnist"}}, pictures = {{"data", "./mnist"}}, again = {{"data", "mnist/"}};
  CHECK_THAT(refused(dataset, pictures), ContainsSubstring("--data: now \"mnist\", before \"./mnist\""));
  CHECK_NOTHROW(require_same_settings(pictures, again, "run"));
  CHECK_THAT(refused({{"load", "a"}}, {{"load", ""}}), ContainsSubstring("--load: now"));
  const json longer = {{"schedule", "linear"}, {"epochs", 6}};
  CHECK_THAT(refused(longer, falling), ContainsSubstring("--epochs: now 6, before 4"));
  CHECK_THAT(refused(sized, plain), ContainsSubstring("--image-size: now [16,64], before the default"));
}
