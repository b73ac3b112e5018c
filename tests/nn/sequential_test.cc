#include "nn/sequential.h"

#include "autograd/create.h"
#include "nn/activation.h"
#include "nn/flatten.h"
#include "nn/linear.h"
#include "tests/check.h"
#include "tests/nn/names_of.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("sequential: layers by position", "[nn]") {
  nn::Sequential net;
  net.add<nn::Flatten>().add<nn::Linear>(6, 5).add<nn::ReLU>().add<nn::Linear>(5, 2, false);
  CHECK(names_of(net.named_parameters()) == std::vector<std::string>{"1.weight", "1.bias", "3.weight"});
  CHECK(net(ones({7, 2, 3})).shape() == Shape{7, 2});
  CHECK(net(ones({0, 2, 3})).shape() == Shape{0, 2});
  CHECK_THROWS_AS(net[4], ValueError);
}

TEST_CASE("sequential: layers name an input that is undefined", "[nn]") {
  const auto said = [](nn::Layer& layer) { return message_of<GraphError>([&] { layer(Tensor()); }); };
  nn::Linear linear(3, 2);
  nn::Flatten flatten;
  CHECK_THAT(said(linear), ContainsSubstring("linear: x is undefined but weight is [2, 3]\n"));
  CHECK_THAT(said(flatten), ContainsSubstring("Flatten: x is undefined\n"));
}

TEST_CASE("sequential: its size", "[nn]") {
  nn::Sequential net;
  CHECK(net.size() == 0);
  net.add<nn::Linear>(3, 2).add<nn::ReLU>();
  CHECK(net.size() == 2);
}
