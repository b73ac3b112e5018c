#include "autograd/elementwise.h"

#include "autograd/backward.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;
using Catch::Matchers::Message;

namespace {

Tensor gradient(const Tensor& y, const Tensor& x) { return grad(sum(y), {x}, {.create_graph = true})[0]; }

}  // namespace

TEST_CASE("elementwise: value, first and second derivative", "[autograd]") {
  const Tensor x = leaf({-2, -0.5, 0.25, 1, 3, 4, 5, 6, 7});  // more than a register, and a rest
  const Tensor y = elementwise(x, [](auto v) { return v * exp(-v); });
  const Tensor slope = gradient(y, x), curvature = gradient(slope, x);
  for (std::size_t i = 0; i < 9; ++i) {
    const double v = x.to_vector<double>()[i];
    CHECK_THAT(y.to_vector<double>()[i], WithinRel(v * std::exp(-v), 1e-14));
    CHECK_THAT(slope.to_vector<double>()[i], WithinRel((1 - v) * std::exp(-v), 1e-13) || WithinAbs(0, 1e-15));
    CHECK_THAT(curvature.to_vector<double>()[i], WithinRel((v - 2) * std::exp(-v), 1e-13));
  }
}

TEST_CASE("elementwise: a third derivative is refused", "[autograd]") {
  const Tensor x = leaf({1, 2});
  const Tensor second = gradient(gradient(elementwise("cubic", x, [](auto v) { return v * v * v; }), x), x);
  check_equal(second, tensor({6, 12}, DType::float64));
  CHECK_THROWS_MATCHES(gradient(second, x), GraphError,
                       Message("cubic: derivatives of an elementwise op are available to second order"));
}

TEST_CASE("elementwise: each function", "[autograd]") {
  const Tensor x = tensor({0.3, 0.8, 1.7, 2.2}, DType::float64);
  const auto check = [&](const char* name, auto f, auto expected) {
    INFO(name);
    const Tensor y = elementwise(x, f);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK_THAT(y.to_vector<double>()[i], WithinRel(expected(x.to_vector<double>()[i]), 1e-14));
    check_gradient([&](const auto& t) { return elementwise(t[0], f); }, {x});
  };
  check(
      "exp", [](auto v) { return exp(v); }, [](double v) { return std::exp(v); });
  check(
      "log", [](auto v) { return log(v); }, [](double v) { return std::log(v); });
  check(
      "log1p", [](auto v) { return log1p(v); }, [](double v) { return std::log1p(v); });
  check(
      "expm1", [](auto v) { return expm1(v); }, [](double v) { return std::expm1(v); });
  check(
      "sqrt", [](auto v) { return sqrt(v); }, [](double v) { return std::sqrt(v); });
  check(
      "square", [](auto v) { return square(v); }, [](double v) { return v * v; });
  check(
      "abs", [](auto v) { return abs(1 - v); }, [](double v) { return std::abs(1 - v); });
  check(
      "max", [](auto v) { return max(v, 1); }, [](double v) { return std::max(v, 1.0); });
  check(
      "min", [](auto v) { return min(v, v * v); }, [](double v) { return std::min(v, v * v); });
  check(
      "tanh", [](auto v) { return tanh(v); }, [](double v) { return std::tanh(v); });
  check(
      "sigmoid", [](auto v) { return sigmoid(v); }, [](double v) { return 1 / (1 + std::exp(-v)); });
  check(
      "softplus", [](auto v) { return softplus(v); }, [](double v) { return std::log1p(std::exp(v)); });
  check(
      "erf", [](auto v) { return erf(v); }, [](double v) { return std::erf(v); });
  check(
      "sin", [](auto v) { return sin(v); }, [](double v) { return std::sin(v); });
  check(
      "cos", [](auto v) { return cos(v); }, [](double v) { return std::cos(v); });
  check(
      "pow", [](auto v) { return pow(v, v); }, [](double v) { return std::pow(v, v); });
  check(
      "!=", [](auto v) { return where(v * 0 != 0 * v, v, v * v); }, [](double v) { return v * v; });
  check(
      "where", [](auto v) { return where(v < 1, v * v, 1 / v); }, [](double v) { return v < 1 ? v * v : 1 / v; });
}

TEST_CASE("elementwise: two arguments broadcast", "[autograd]") {
  const auto f = [](const std::vector<Tensor>& t) {
    return elementwise("ratio", t[0], t[1], [](auto u, auto v) { return u / (1 + v * v); });
  };
  const Tensor a = tensor({1, 2}, DType::float64).reshape({2, 1}), b = tensor({0.5, -1, 3}, DType::float64);
  check_close(f({a, b}), tensor({{0.8, 0.5, 0.1}, {1.6, 1, 0.2}}, DType::float64), 1e-15);
  check_gradient(f, {a, b});
  CHECK_THROWS_AS(f({ones({2}), ones({3})}), ShapeError);

  const auto unnamed = [](const std::vector<Tensor>& t) {
    return elementwise(t[0], t[1], [](auto u, auto v) { return u / (1 + v * v); });
  };
  check_equal(unnamed({a, b}), f({a, b}));
  check_gradient(unnamed, {a, b});
  CHECK_THAT(message_of<ShapeError>([&] { unnamed({ones({2}), ones({3})}); }), ContainsSubstring("elementwise: "));
}

TEST_CASE("elementwise: captures numbers, works on float32", "[autograd]") {
  const double scale = 3;
  const Tensor x = tensor({1, 2}).requires_grad_();
  const Tensor y = elementwise(x, [scale](auto v) { return scale * v + 1; });
  check_equal(y, tensor({4, 7}));
  sum(y).backward();
  check_equal(x.grad(), tensor({3, 3}));
}

TEST_CASE("elementwise: where abs, max and min have a corner, the gradient is that of the ops", "[autograd]") {
  const auto slope = [](const Tensor& y, const Tensor& x) { return grad(sum(y), {x})[0]; };
  const Tensor corner = tensor({-2, 0, 3}).requires_grad_();
  check_equal(slope(elementwise(corner, [](auto v) { return abs(v); }), corner), slope(abs(corner), corner));
  const Tensor x = tensor({-2, 0, 3, NAN, 1, NAN}).requires_grad_();
  const Tensor z = tensor({-2, 1, 3, 1, NAN, NAN}).requires_grad_();
  for (const Tensor& input : {x, z}) {
    check_equal(slope(elementwise("larger", x, z, [](auto u, auto v) { return max(u, v); }), input),
                slope(maximum(x, z), input));
    check_equal(slope(elementwise("smaller", x, z, [](auto u, auto v) { return min(u, v); }), input),
                slope(minimum(x, z), input));
  }
}

TEST_CASE("elementwise: max and min pass on a NaN, with its derivatives", "[autograd]") {
  const Tensor x = leaf({1});
  const Tensor larger = elementwise(x, [](auto v) { return exp(max(v, NAN)); });
  const Tensor smaller = elementwise(x, [](auto v) { return exp(min(v, NAN)); });
  for (const Tensor& y : {larger, smaller}) {
    const Tensor slope = gradient(y, x);
    CHECK(std::isnan(y.item()));
    CHECK(std::isnan(slope.item()));
    CHECK(std::isnan(gradient(slope, x).item()));
  }
}
