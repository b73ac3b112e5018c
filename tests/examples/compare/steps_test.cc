#include "examples/support/compare/steps.h"

#include "tests/catch.h"

using namespace tandem::examples::compare;

TEST_CASE("steps: a section that was kept is done, and so are the models that it alone trains", "[compare]") {
  Steps all_kept(/*quiet=*/true);
  for (const auto& [name, step] : all_steps())
    if (step.within.empty()) all_kept.skip(name);
  CHECK_THAT(all_kept.done(), WithinAbs(1, 1e-12));

  // The same of a run that was stopped in that section, after its models.
  Steps section_lost(/*quiet=*/true);
  for (const auto& [name, step] : all_steps())
    if (name != "bias") section_lost.skip(name);
  section_lost.begin("bias");
  section_lost.end("");
  CHECK_THAT(section_lost.done(), WithinAbs(1, 1e-12));
}

TEST_CASE("steps: none is begun that is not listed, for a new run would not remove what it left", "[compare]") {
  Steps steps(/*quiet=*/true);
  CHECK_THROWS_AS(steps.begin("train another"), std::out_of_range);
}
