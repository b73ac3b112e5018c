// Layers without parameters.

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"
#include "nn/activation.h"
#include "nn/dropout.h"
#include "nn/linear.h"
#include "nn/noise.h"
#include "nn/sequential.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

namespace {

struct NamedOp {
  const char* name;
  Tensor (*op)(const Tensor&);
};
const NamedOp activations[] = {{"relu", [](const Tensor& x) { return relu(x); }},
                               {"leaky_relu", [](const Tensor& x) { return leaky_relu(x); }},
                               {"elu", [](const Tensor& x) { return elu(x); }},
                               {"gelu", [](const Tensor& x) { return gelu(x); }},
                               {"silu", [](const Tensor& x) { return silu(x); }},
                               {"tanh", [](const Tensor& x) { return tanh(x); }},
                               {"sigmoid", [](const Tensor& x) { return sigmoid(x); }},
                               {"softplus", [](const Tensor& x) { return softplus(x); }}};

const Tensor& some_numbers() {
  static const Tensor x = tensor({{-30, -2, -0.5, 0}, {0.25, 1, 3, 30}});
  return x;
}

/// The share of zeros, and a check that nothing but 0 and `kept` is there.
double share_of_zeros(const Tensor& y, double kept) {
  Index zeros_found = 0;
  for (const double value : y.to_vector<double>()) {
    if (value == 0) ++zeros_found;
    else if (!(std::abs(value - kept) < 1e-6 * kept)) FAIL("a number is " << value << ", not " << kept);
  }
  return static_cast<double>(zeros_found) / static_cast<double>(y.size());
}

}  // namespace

TEST_CASE("activations: each name is the op of that name", "[nn]") {
  const Tensor& x = some_numbers();
  for (const auto& [name, op] : activations) {
    INFO(name);
    check_equal(nn::activate(x, nn::activation_named(name)), op(x));
  }
  CHECK_THROWS_WITH(nn::activation_named("step"), ContainsSubstring("one of relu, leaky_relu"));
}

TEST_CASE("activations: each layer is the op of its name", "[nn]") {
  nn::Sequential net;
  net.add<nn::ReLU>().add<nn::LeakyReLU>().add<nn::ELU>().add<nn::GELU>();
  net.add<nn::SiLU>().add<nn::Tanh>().add<nn::Sigmoid>().add<nn::Softplus>();
  const Tensor& x = some_numbers();
  for (std::size_t i = 0; i < std::size(activations); ++i) {
    INFO(activations[i].name);
    check_equal(net[i](x), activations[i].op(x));
    CHECK(net[i].describe() == activations[i].name);
  }
  check_equal(nn::Softplus()(x), softplus(x));  // by itself, too
}

TEST_CASE("dropout: as many zeros as wanted, and the others scaled up", "[nn]") {
  manual_seed(1);
  nn::Dropout layer(0.2);
  const Tensor x = full({50000}, 3);
  const Tensor y = layer(x);
  CHECK_THAT(share_of_zeros(y, 3 / 0.8), WithinAbs(0.2, 0.008));  // four deviations
  CHECK_THAT(mean(y).item(), WithinAbs(3, 0.03));
  CHECK(share_of_zeros(nn::Dropout()(x), 3 / 0.5) > 0.49);
  layer.eval();
  check_equal(layer(x), x);
  CHECK_THROWS_AS(nn::Dropout(1), ValueError);
  CHECK_THROWS_AS(nn::Dropout(-0.1), ValueError);
}

TEST_CASE("noise: of the deviation that was wanted, and none in evaluation", "[nn]") {
  manual_seed(2);
  nn::GaussianNoise layer(0.3);
  const Tensor x = full({50000}, 2);
  const Tensor y = layer(x);
  CHECK_THAT(mean(y).item(), WithinAbs(2, 0.006));  // four deviations of the mean
  CHECK_THAT(std::sqrt(variance(y).item()), WithinRel(0.3, 0.02));
  CHECK(difference(layer(x), y, 0) != "");  // drawn anew
  CHECK(layer.describe() == "GaussianNoise(0.3)");

  const auto drawn = default_generator().position();
  layer.eval();
  check_equal(layer(x), x);
  check_equal(nn::GaussianNoise(0)(x), x);
  CHECK(default_generator().position() == drawn);
  for (const double deviation : {-0.1, double(INFINITY), double(NAN)})
    CHECK_THROWS_AS(nn::GaussianNoise(deviation), ValueError);
}
