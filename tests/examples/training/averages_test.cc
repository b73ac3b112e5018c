#include "autograd/create.h"
#include "examples/support/training/run.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("training: the averages stand in for the weights while a test lasts, however it ends", "[programs]") {
  Tensor weight = tensor({1, 2}, DType::float64);
  std::optional<optim::WeightAverage> average(std::in_place, std::vector<Tensor>{weight}, 0.5);
  average->update();
  for (const Index i : {0, 1}) weight.mutable_data<double>()[i] = 10;
  const auto first = [&] { return weight.to_vector<double>()[0]; };
  CHECK(examples::with_averages(average, first) == 1);
  CHECK(first() == 10);
  CHECK_THROWS_AS(examples::with_averages(average, [] { throw Error("a test that fails"); }), Error);
  CHECK(first() == 10);

  std::optional<optim::WeightAverage> none;
  CHECK(examples::with_averages(none, first) == 10);
}
