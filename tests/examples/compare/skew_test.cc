#include "examples/support/compare/skew.h"

#include "autograd/create.h"
#include "tests/catch.h"

using namespace tandem;
using namespace tandem::examples::compare;

namespace {

data::Images one_pixel_images(const std::vector<std::int64_t>& classes) {
  const auto n = static_cast<Index>(classes.size());
  std::vector<std::uint8_t> numbered(classes.size());
  for (std::size_t i = 0; i < numbered.size(); ++i) numbered[i] = static_cast<std::uint8_t>(i);
  return {tensor(numbered, {n, 1}), tensor(classes, {n}), 1, 1, 1, 3};
}

}  // namespace

TEST_CASE("skew: a class keeps its first images, at least one, and can be repeated", "[compare]") {
  const data::Images thin = thinned(one_pixel_images({0, 1, 0, 1, 2, 0, 1, 1, 0}), {{0, 0.5}, {2, 0.1}});
  CHECK(thin.pixels.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 1, 3, 4, 6, 7, 8});
  CHECK(thin.classes == 3);
  const data::Images even = evened(thin);
  CHECK(even.labels.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2});
  CHECK(even.pixels.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 8, 0, 8, 1, 3, 6, 7, 4, 4, 4, 4});
  CHECK(even.classes == 3);
}

TEST_CASE("skew: what was recovered of what was lost", "[compare]") {
  const std::vector<int> fair(100, 1);
  std::vector<int> before = fair, after = fair;
  for (std::size_t i = 0; i < 40; ++i) before[i] = 0, after[i] = i < 10 ? 0 : 1;
  const nlohmann::json share = recovered(fair, before, after, 1);
  CHECK(share["share"] == 0.75);
  CHECK(share["interval"][0].get<double>() < 0.75);
  CHECK(share["interval"][1].get<double>() > 0.75);
  CHECK(share["interval"][0].get<double>() > 0.55);
  CHECK(is_telling(share));
}

TEST_CASE("skew: a share of no errors, or of hardly any, says nothing", "[compare]") {
  std::vector<int> fair(100, 1), before = fair;
  CHECK(recovered(fair, fair, fair, 1)["share"].is_null());
  for (std::size_t i = 0; i < 3; ++i) fair[i] = 0;
  before[50] = 0;
  const nlohmann::json better_by_chance = recovered(fair, before, fair, 1);
  CHECK(better_by_chance["share"].is_null());
  CHECK_FALSE(is_telling(better_by_chance));
  for (std::size_t i = 50; i < 54; ++i) before[i] = 0;  // four errors in place of three
  const nlohmann::json uncertain = recovered(fair, before, std::vector<int>(100, 1), 1);
  CHECK(uncertain["share"] == 4);
  CHECK_FALSE(is_telling(uncertain));
}
