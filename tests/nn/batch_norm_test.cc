#include "nn/batch_norm.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "autograd/create.h"
#include "autograd/random.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;

namespace {

Tensor numbers(const nlohmann::json& list, const Shape& shape) {
  return tensor(list.get<std::vector<double>>(), shape, DType::float64);
}

/// One step of a case: what comes out, what is kept, and the gradients.
void check_step(nn::BatchNorm1d& layer, const nlohmann::json& step, const Shape& shape) {
  const Shape features{shape[1]};
  layer.train(step["training"]);
  layer.zero_grad();
  const Tensor x = numbers(step["x"], shape).requires_grad_();
  const Tensor y = layer(x);
  y.backward(numbers(step["w"], shape));
  check_close(y, numbers(step["output"], shape), 1e-9, 1e-12);
  check_close(layer.running_mean, numbers(step["running_mean"], features), 1e-12, 1e-15);
  check_close(layer.running_var, numbers(step["running_var"], features), 1e-12, 1e-15);
  check_close(x.grad(), numbers(step["x_grad"], shape), 1e-9, 1e-12);
  check_close(layer.weight.grad(), numbers(step["weight_grad"], features), 1e-9, 1e-12);
  check_close(layer.bias.grad(), numbers(step["bias_grad"], features), 1e-9, 1e-12);
}

}  // namespace

TEST_CASE("batch_norm: two steps and an evaluation as PyTorch's", "[nn][reference]") {
  const auto tables = nlohmann::json::parse(std::ifstream(TANDEM_SOURCE_DIR "/tests/reference/layers.json"));
  for (const nlohmann::json& entry : tables["batch_norm"]) {
    INFO("options " << entry["options"]);
    nn::BatchNormOptions options;  // the first case has none of its own: our defaults are PyTorch's
    options.eps = entry["options"].value("eps", options.eps);
    options.momentum = entry["options"].value("momentum", options.momentum);
    const Index n = entry["n"], features = entry["features"];
    nn::BatchNorm1d layer(features, options);
    layer.to(DType::float64);
    layer.load_state_dict(
        {{"weight", numbers(entry["weight"], {features})}, {"bias", numbers(entry["bias"], {features})}},
        /*strict=*/false);
    for (const nlohmann::json& step : entry["steps"]) check_step(layer, step, {n, features});
    CHECK(layer.num_batches_tracked.item() == 2);  // evaluating counts none
  }
}

TEST_CASE("batch_norm: starts as the identity of what is normal already", "[nn]") {
  nn::BatchNorm1d layer(3, {.eps = 0});
  check_equal(layer.weight, ones({3}));
  check_equal(layer.bias, zeros({3}));
  layer.eval();
  const Tensor x = tensor({{1, -2, 3}});
  check_equal(layer(x), x);
}

TEST_CASE("batch_norm: gradient", "[nn]") {
  manual_seed(3);
  nn::BatchNorm1d layer(3, {.eps = 0.1});
  layer.to(DType::float64);
  layer.running_mean.copy_(tensor({0.5, -1, 2}));
  layer.running_var.copy_(tensor({0.25, 1, 3}));
  layer.train(GENERATE(true, false));
  check_gradient(
      [&layer](const std::vector<Tensor>& t) {
        static_cast<Tensor&>(layer.weight) = t[1];  // which a Parameter does not let happen by mistake
        static_cast<Tensor&>(layer.bias) = t[2];
        return layer(t[0]);
      },
      {randn({5, 3}), uniform({3}, 0.5, 1.5), randn({3})});
}

TEST_CASE("batch_norm: refuses what has no variance, or another width", "[nn]") {
  nn::BatchNorm1d layer(3);
  CHECK_THAT(message_of<ShapeError>([&] { layer(ones({1, 3})); }), ContainsSubstring("call eval()"));
  CHECK_THROWS_AS(layer(ones({2, 4})), ShapeError);
  CHECK_THROWS_AS(layer(ones({3})), ShapeError);
  CHECK(layer.num_batches_tracked.item() == 0);
  layer.eval();
  CHECK(layer(ones({1, 3})).shape() == Shape{1, 3});
}

TEST_CASE("batch_norm: refuses options that make no sense", "[nn]") {
  CHECK_THROWS_AS(nn::BatchNorm1d(0), ValueError);
  CHECK_THROWS_AS(nn::BatchNorm1d(-1), ValueError);
  CHECK_THROWS_AS(nn::BatchNorm1d(3, {.eps = -1}), ValueError);
  CHECK_THROWS_AS(nn::BatchNorm1d(3, {.momentum = 7}), ValueError);
}
