#include "nn/summary.h"

#include "autograd/create.h"
#include "autograd/random.h"
#include "nn/activation.h"
#include "nn/batch_norm.h"
#include "nn/dropout.h"
#include "nn/flatten.h"
#include "nn/linear.h"
#include "nn/sequential.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("summary: a row for each layer", "[nn]") {
  nn::Sequential net;
  net.add<nn::Flatten>().add<nn::Linear>(6, 5).add<nn::ReLU>().add<nn::Linear>(5, 2, false);
  CHECK(nn::summary(net, ones({7, 2, 3})) ==
        "name  layer                    output  parameters\n"
        "0     Flatten                  [7, 6]            \n"
        "1     Linear(6 -> 5)           [7, 5]          35\n"
        "2     relu                     [7, 5]            \n"
        "3     Linear(5 -> 2, no bias)  [7, 2]          10\n"
        "                               total           45\n");
}

TEST_CASE("summary: layers that are gone when the table is made", "[nn]") {
  struct Net : nn::Module {
    Tensor operator()(const Tensor& x) {
      nn::Linear passing(*this, "passing", 3, 2);
      return passing(x);
    }
  } net;
  CHECK(nn::summary(net, ones({5, 3})) ==
        "name     layer           output  parameters\n"
        "passing  Linear(3 -> 2)  [5, 2]           8\n"
        "                         total            0\n");
}

TEST_CASE("summary: changes nothing", "[nn]") {
  struct Net : nn::Module {
    nn::Linear linear{*this, "linear", 3, 4};
    nn::BatchNorm1d norm{*this, "norm", 4}, frozen{*this, "frozen", 4};
    nn::Dropout dropout{*this, "dropout", 0.5};
    Tensor operator()(const Tensor& x) { return dropout(frozen(norm(linear(x)))); }
  };
  Net net;
  net.frozen.eval();
  const Tensor x = randn({1, 3}), mean_before = net.norm.running_mean.clone();
  const auto drawn = default_generator().position();
  CHECK_THAT(nn::summary(net, x), ContainsSubstring("BatchNorm1d"));
  check_equal(net.norm.running_mean, mean_before);
  CHECK(default_generator().position() == drawn);
  CHECK(net.norm.is_training());
  CHECK_FALSE(net.frozen.is_training());
}
