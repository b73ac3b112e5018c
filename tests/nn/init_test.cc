#include "nn/init.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "autograd/create.h"
#include "autograd/eigen.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/reduce.h"
#include "tests/catch.h"
#include "tests/threads.h"

namespace tandem::nn::init {
namespace {

using Json = nlohmann::json;

const Json& reference() {
  static const Json tables = Json::parse(std::ifstream(TANDEM_SOURCE_DIR "/tests/reference/optim.json"));
  return tables["init"];
}

Nonlinearity nonlinearity_of(const std::string& name) {
  static const std::map<std::string, Nonlinearity> names = {
      {"linear", Nonlinearity::linear}, {"sigmoid", Nonlinearity::sigmoid},       {"tanh", Nonlinearity::tanh},
      {"relu", Nonlinearity::relu},     {"leaky_relu", Nonlinearity::leaky_relu}, {"selu", Nonlinearity::selu}};
  return names.at(name);
}

Tensor empty(const std::vector<Index>& shape, DType dtype = DType::float64) { return Tensor(Shape(shape), dtype); }

/// Largest difference of elements.
double distance(const Tensor& a, const Tensor& b) {
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double worst = x.size() == y.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst;
}

}  // namespace

TEST_CASE("init: gains as PyTorch's", "[init][reference]") {
  for (const Json& entry : reference()["gains"]) {
    INFO(entry);
    const Nonlinearity nonlinearity = nonlinearity_of(entry["nonlinearity"]);
    const double gain =
        entry.contains("slope") ? calculate_gain(nonlinearity, entry["slope"]) : calculate_gain(nonlinearity);
    CHECK_THAT(gain, WithinRel(entry["gain"].get<double>(), 1e-14));
  }
}

TEST_CASE("init: fans, bounds and deviations as PyTorch's", "[init][reference]") {
  for (const Json& entry : reference()["draws"]) {
    INFO(entry);
    const std::string function = entry["function"];
    const auto shape = entry["shape"].get<std::vector<Index>>();
    const Tensor x = empty(shape);
    CHECK(fans(x).in == entry["fans"][0]);
    CHECK(fans(x).out == entry["fans"][1]);

    Generator generator(3);
    if (function == "xavier_uniform_") xavier_uniform_(x, entry["gain"], generator);
    if (function == "xavier_normal_") xavier_normal_(x, entry["gain"], generator);
    if (function.starts_with("kaiming")) {
      const KaimingOptions options{.mode = entry["mode"] == "in" ? Fan::in : Fan::out,
                                   .nonlinearity = nonlinearity_of(entry["nonlinearity"]),
                                   .slope = entry["slope"]};
      if (function == "kaiming_uniform_") kaiming_uniform_(x, options, generator);
      if (function == "kaiming_normal_") kaiming_normal_(x, options, generator);
    }

    // The same draws with the arguments that PyTorch passes to uniform_(low, high) or normal_(mean,
    // deviation).
    Generator again(3);
    const double a = entry["draw"][0], b = entry["draw"][1];
    const Tensor expected =
        function.ends_with("uniform_") ? uniform_(empty(shape), a, b, again) : normal_(empty(shape), a, b, again);
    CHECK(distance(x, expected) < 1e-14 * std::abs(b));
  }
}

TEST_CASE("init: distributions", "[init]") {
  const DType dtype = GENERATE(DType::float32, DType::float64);
  Generator generator(4);
  const Tensor u = uniform_(empty({300, 400}, dtype), -2, 1, generator);
  CHECK(min(u).item() >= -2);
  CHECK(min(u).item() < -1.999);
  CHECK(max(u).item() <= 1);
  CHECK(max(u).item() > 0.999);
  CHECK_THAT(mean(u).item(), WithinAbs(-0.5, 0.01));
  CHECK_THAT(variance(u).item(), WithinRel(0.75, 0.02));
  const Tensor g = normal_(empty({300, 400}, dtype), 3, 0.5, generator);
  CHECK_THAT(mean(g).item(), WithinAbs(3, 0.01));
  CHECK_THAT(variance(g).item(), WithinRel(0.25, 0.02));
}

TEST_CASE("init: constants, in place and unrecorded", "[init]") {
  Tensor w = ones({2, 3}).requires_grad_();
  CHECK(constant_(w, 0.5).is_same(w));
  CHECK(w.to_vector<double>() == std::vector<double>(6, 0.5));
  zeros_(w);
  CHECK(w.to_vector<double>() == std::vector<double>(6, 0.0));
  kaiming_uniform_(w);
  orthogonal_(w);
  CHECK(w.requires_grad());
  CHECK(w.is_leaf());
}

TEST_CASE("init: orthogonal", "[init]") {
  const auto [rows, columns] = GENERATE(table<Index, Index>({{1, 1}, {7, 7}, {9, 4}, {4, 9}, {1, 5}, {64, 48}}));
  const double gain = GENERATE(1.0, 1.5);
  const DType dtype = GENERATE(DType::float32, DType::float64);
  Generator generator(5);
  const Tensor x = orthogonal_(empty({rows, columns}, dtype), gain, generator).to(DType::float64);
  const Eigen::MatrixXd w = x.matrix<double>();
  const Eigen::MatrixXd product = rows > columns ? (w.transpose() * w).eval() : (w * w.transpose()).eval();
  const Eigen::MatrixXd expected = gain * gain * Eigen::MatrixXd::Identity(product.rows(), product.cols());
  CHECK((product - expected).cwiseAbs().maxCoeff() < (dtype == DType::float32 ? 1e-6 : 1e-14));
}

TEST_CASE("init: orthogonal, signs are even", "[init]") {
  // Householder's Q alone has a diagonal of one sign more often than not; of 1 x 1 it would always be the
  // same.
  Generator generator(6);
  int positive = 0;
  for (int i = 0; i < 400; ++i) positive += orthogonal_(empty({1, 1}), 1, generator).item() > 0;
  CHECK(positive > 150);
  CHECK(positive < 250);
}

TEST_CASE("init: orthogonal counts further axes as one", "[init]") {
  Generator generator(5), again(5);
  const Tensor x = orthogonal_(empty({4, 3, 2}), 1, generator);
  CHECK(distance(x, orthogonal_(empty({4, 6}), 1, again)) == 0);
  CHECK(orthogonal_(empty({0, 3})).size() == 0);
}

TEST_CASE("init: the seed decides, not the threads", "[init][threads]") {
  std::vector<Tensor> drawn;
  for (const int threads : {1, 2, 3, 8}) {
    const test::Threads set(threads);
    Generator generator(8);
    drawn.push_back(kaiming_normal_(empty({300, 301}), {}, generator));
  }
  for (const Tensor& x : drawn) CHECK(distance(x, drawn[0]) == 0);
  Generator other(9);
  CHECK(distance(kaiming_normal_(empty({300, 301}), {}, other), drawn[0]) > 0);
}

TEST_CASE("init: errors", "[init][error]") {
  CHECK_THROWS_WITH(fans(zeros({3})), ContainsSubstring("init::fans: x is [3]"));
  CHECK_THROWS_AS(xavier_uniform_(zeros({3})), ShapeError);
  CHECK_THROWS_AS(kaiming_normal_(zeros({})), ShapeError);
  CHECK_THROWS_AS(orthogonal_(zeros({3})), ShapeError);
  CHECK_THROWS_AS(uniform_(labels({1, 2})), DTypeError);
}

}  // namespace tandem::nn::init
