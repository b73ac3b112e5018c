#include <limits>

#include "autograd/ops/math.h"
#include "tests/check.h"
#include "tests/nn/optim/optimizers.h"

namespace tandem::test {

TEST_CASE("optimizers: bad options are refused", "[optim][error]") {
  const std::vector<Tensor> w = {leaf({3})};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(optim::SGD(w, {.lr = -1}), "SGD: lr is -1\n  hint: lr is a number >= 0");
  CHECK_THROWS_AS(optim::SGD(w, {.lr = std::numeric_limits<double>::infinity()}), ValueError);
  CHECK_THROWS_WITH(optim::Adam(w, {.lr = nan}), ContainsSubstring("Adam: lr is nan"));
  CHECK_THROWS_WITH(optim::Adam(w, {.beta1 = 1}), ContainsSubstring("beta1 is in [0, 1)"));
  CHECK_THROWS_WITH(optim::AdamW(w, {.beta2 = -0.1}), ContainsSubstring("AdamW: beta2 is -0.1"));
  CHECK_THROWS_AS(optim::Adam(w, {.beta2 = 1}), ValueError);
  CHECK_THROWS_AS(optim::Adam(w, {.eps = -1e-8}), ValueError);
  CHECK_THROWS_AS(optim::AdamW(w, {.weight_decay = -1}), ValueError);
  CHECK_THROWS_AS(optim::RMSprop(w, {.alpha = 1.5}), ValueError);
  CHECK_THROWS_AS(optim::RMSprop(w, {.momentum = 1}), ValueError);
  CHECK_THROWS_AS(optim::SGD(w, {.momentum = -0.9}), ValueError);
  for (const double dampening : {-0.1, 1.5, nan})
    CHECK_THROWS_WITH(optim::SGD(w, {.dampening = dampening}), ContainsSubstring("dampening is in [0, 1]"));
  CHECK_THROWS_WITH(optim::SGD(w, {.nesterov = true}), ContainsSubstring("nesterov needs a momentum above 0"));
  CHECK_THROWS_AS(optim::SGD(w, {.momentum = 0.9, .dampening = 0.1, .nesterov = true}), ValueError);

  optim::SGD optimizer(w);
  CHECK_THROWS_WITH(optimizer.set_lr(nan), ContainsSubstring("lr is nan"));
  CHECK_THROWS_WITH(optimizer.lr(1), ContainsSubstring("there is no group 1"));
  CHECK_THROWS_WITH(optimizer.set_momentum(0, 1), ContainsSubstring("momentum is 1"));
}

TEST_CASE("optimizers: bad parameters are refused", "[optim][error]") {
  const Tensor w = leaf({3, 5});
  const auto message = [](const std::vector<Tensor>& parameters) -> std::string {
    try {
      optim::Adam optimizer(parameters);
    } catch (const ValueError& error) {
      return error.what();
    }
    return "none";
  };
  CHECK_THAT(message({}), ContainsSubstring("the list of parameters is empty"));
  CHECK_THAT(message({w, Tensor()}), ContainsSubstring("parameter 1 is undefined"));
  CHECK_THAT(message({w, leaf({3}), w}), ContainsSubstring("parameter 2, of shape [3, 5], is listed twice"));
  CHECK_THAT(message({square(w)}), ContainsSubstring("is the result of an operation"));
  CHECK_THROWS_WITH(optim::SGD({{{w}, {}}, {{w}, {}}}),
                    ContainsSubstring("parameter 0 of group 1, of shape [3, 5], is listed twice"));
  CHECK_THROWS_AS(optim::SGD(std::vector<optim::Group<optim::SGDOptions>>{}), ValueError);
  CHECK_THROWS_AS(optim::SGD({w, leaf({2}, DType::float64)}), DTypeError);

  const Tensor frozen = ones({3});  // is left as it is, with moments in wait
  optim::Adam some({w, frozen});
  sum(w).backward();
  some.step();
  check_equal(frozen, ones({3}));
  CHECK_THROWS_WITH(some.options(1), ContainsSubstring("there is no group 1"));

  Tensor converted = leaf({3});
  optim::SGD optimizer({converted});
  converted.set_data(converted.to(DType::float64));
  converted.set_grad(ones({3}, DType::float64));
  CHECK_THROWS_WITH(optimizer.step(), ContainsSubstring("convert the model first"));
}

TEST_CASE("optimizers: parameters that are no floating numbers are refused", "[optim][error]") {
  CHECK_THROWS_AS(optim::SGD({labels({1, 2})}), DTypeError);
  CHECK_THROWS_AS(optim::Adam({zeros({3}, DType::uint8)}), DTypeError);
}

}  // namespace tandem::test
