#include "nn/optim/averaging.h"

#include "autograd/create.h"
#include "autograd/graph.h"
#include "tests/catch.h"

namespace tandem::optim {
namespace {

Tensor weight(double value) { return full({3}, value, DType::float64).requires_grad_(); }

void set(Tensor x, double value) {
  const NoGrad no_grad;
  x.fill_(value);
}
double first(const Tensor& x) { return x.to_vector<double>()[0]; }

}  // namespace

TEST_CASE("WeightAverage: equal and exponential", "[optim]") {
  const Tensor w = weight(100);
  WeightAverage equal({w}), exponential({w}, 0.75);
  for (const double value : {4.0, 8.0, 0.0}) {
    set(w, value);
    equal.update(), exponential.update();
  }
  CHECK_THAT(first(equal.averages()[0]), WithinRel(4.0, 1e-14));
  CHECK_THAT(first(exponential.averages()[0]), WithinRel((4 * 2.0 / 11 + 8 * 9.0 / 11) * 0.25, 1e-14));
  CHECK(equal.updates() == 3);
}

TEST_CASE("WeightAverage: soon forgets the first weights, and has its decay in the end", "[optim]") {
  const Tensor w = weight(1);  // as they were at first
  WeightAverage average({w}, 0.999);
  average.update();
  set(w, 0);
  for (int i = 1; i < 200; ++i) average.update();
  CHECK(first(average.averages()[0]) < 1e-8);  // 0.82 with a decay of 0.999 from the start
  for (int i = 200; i < 10'000; ++i) average.update();
  set(w, 1);
  average.update();
  CHECK_THAT(first(average.averages()[0]), WithinRel(0.001, 1e-12));
}

TEST_CASE("WeightAverage: applied for a while", "[optim]") {
  const Tensor w = weight(1);
  WeightAverage average({w});
  set(w, 2);
  {
    const auto nothing_to_apply = average.applied();
    CHECK(first(w) == 2);
  }
  average.update();
  set(w, 7);
  const auto version = w.version();
  {
    const auto scope = average.applied();
    CHECK(first(w) == 2);
    CHECK(w.version() > version);
    CHECK_THROWS_WITH(average.update(), ContainsSubstring("swap() back first"));
    CHECK_THROWS_AS(average.applied(), ValueError);
    CHECK_THROWS_AS(average.state_dict(), ValueError);
  }
  CHECK(first(w) == 7);
  CHECK(w.requires_grad());
}

TEST_CASE("WeightAverage: exchanged, and exchanged back", "[optim]") {
  const Tensor w = weight(3), v = weight(30);
  WeightAverage average({w, v});
  CHECK(first(average.averages()[1]) == 30);  // before the first update the parameters as they were
  set(w, 4);
  average.swap();  // nothing to exchange yet
  CHECK(first(w) == 4);
  average.swap();
  average.update();
  set(w, 7), set(v, 70);
  average.swap();
  CHECK(first(w) == 4);
  CHECK(first(v) == 30);
  CHECK(first(average.averages()[0]) == 7);  // the parameters that they stand in for
  CHECK(first(average.averages()[1]) == 70);
  CHECK_THROWS_AS(average.update(), ValueError);
  average.swap();
  CHECK(first(w) == 7);
  CHECK(first(average.averages()[0]) == 4);
  CHECK(average.averages().size() == 2);
  average.update();
  CHECK(first(average.averages()[0]) == 5.5);
}

TEST_CASE("WeightAverage: state", "[optim][state]") {
  const Tensor w = weight(1);
  WeightAverage average({w}, 0.9);
  average.update();
  set(w, 2);
  average.update();

  WeightAverage resumed({w}, 0.9);
  const StateDict state = average.state_dict();
  const double saved = first(state[1].second);
  resumed.load_state_dict(state);
  set(w, 5);
  average.update(), resumed.update();
  CHECK(first(resumed.averages()[0]) == first(average.averages()[0]));
  CHECK(first(state[1].second) == saved);
  CHECK(resumed.updates() == 3);
  CHECK_THROWS_AS(WeightAverage({w, weight(1)}).load_state_dict(average.state_dict()), ValueError);
}

TEST_CASE("WeightAverage: errors", "[optim][error]") {
  CHECK_THROWS_WITH(WeightAverage({weight(1)}, 1.5), ContainsSubstring("decay is 1.5"));
  CHECK_THROWS_AS(WeightAverage({labels({1, 2})}), DTypeError);
  const Tensor tied = weight(1);
  CHECK_THROWS_WITH(WeightAverage({tied, weight(1), tied}), ContainsSubstring("parameter 2 is listed twice"));
}

TEST_CASE("WeightAverage: a model converted while the averages are applied", "[optim]") {
  const Tensor w = weight(1), converted = weight(1);
  WeightAverage average({w, converted});
  average.update();
  set(w, 7), set(converted, 7);
  {
    const auto scope = average.applied();
    Tensor(converted).set_data(converted.detach().to(DType::float32));
    CHECK_THROWS_WITH(average.swap(), ContainsSubstring("is not converted"));
    CHECK(first(w) == 1);  // none was exchanged
  }
  CHECK(first(w) == 1);
  CHECK_THROWS_WITH(average.update(), ContainsSubstring("the averages are applied"));

  Tensor(converted).set_data(converted.detach().to(DType::float64));
  average.swap();
  CHECK(first(w) == 7);
}

TEST_CASE("WeightAverage: an update with a converted parameter is refused before any average moves", "[optim]") {
  const Tensor w = weight(1), converted = weight(1);
  WeightAverage fresh({w, converted}), average({w, converted});
  average.update();
  set(w, 7);
  Tensor(converted).set_data(converted.detach().to(DType::float32));
  CHECK_THROWS_WITH(average.update(), ContainsSubstring("is not converted"));
  CHECK(average.updates() == 1);
  CHECK(first(average.averages()[0]) == 1);
  CHECK_THROWS_AS(fresh.update(), DTypeError);
  CHECK(fresh.updates() == 0);
}

}  // namespace tandem::optim
