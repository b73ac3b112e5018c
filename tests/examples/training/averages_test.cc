#include "examples/support/training/averages.h"

#include "autograd/create.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("training: the averages stand in for the weights while a test lasts, however it ends", "[programs]") {
  Tensor weight = tensor({1, 2}, DType::float64);
  examples::Averages averages({weight}, 0.5);
  averages.update();
  for (const Index i : {0, 1}) weight.mutable_data<double>()[i] = 10;
  const auto first = [&] { return weight.to_vector<double>()[0]; };
  CHECK(averages.during(first) == 1);
  CHECK(first() == 10);
  CHECK_THROWS_AS(averages.during([] { throw Error("a test that fails"); }), Error);
  CHECK(first() == 10);

  examples::Averages none({weight}, 0);
  CHECK(none.during(first) == 10);
  none.replace_weights();
  CHECK(first() == 10);

  averages.replace_weights();
  CHECK(first() == 1);
}
