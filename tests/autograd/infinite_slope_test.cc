// Gradients where something is infinite on the way: what has no part in the result has no part in the gradient.

#include "autograd/backward.h"
#include "autograd/elementwise.h"
#include "autograd/ops/activation.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "tests/check_gradient.h"

using namespace tandem;
using namespace tandem::test;

namespace {

std::vector<double> slopes_of(const Tensor& y, const Tensor& x) { return grad(sum(y), {x})[0].to_vector<double>(); }

double second_derivative_of(const Tensor& y, const Tensor& x) {
  return grad(grad(y, {x}, {.create_graph = true})[0], {x})[0].item();
}

}  // namespace

TEST_CASE("infinite slopes: behind clamp, maximum, minimum and relu they meet no 0", "[autograd]") {
  const Tensor x = leaf({-1, 4});
  const std::vector<double> wanted = {0, 0.25};
  CHECK(slopes_of(sqrt(clamp(x, 0, HUGE_VAL)), x) == wanted);
  CHECK(slopes_of(sqrt(maximum(x, zeros_like(x))), x) == wanted);
  CHECK(slopes_of(sqrt(-minimum(-x, zeros_like(x))), x) == wanted);
  CHECK(slopes_of(sqrt(relu(x)), x) == wanted);
  check_gradient([](const auto& t) { return square(maximum(t[0], t[1])) * square(clamp(t[0], -2, 2)); },
                 {leaf({-1, 0.5}), leaf({0.2, 1})});
}

TEST_CASE("infinite slopes: relu passes on the gradient of a NaN", "[autograd]") {
  const Tensor x = leaf({NAN, 1, -1});
  CHECK(slopes_of(relu(x), x) == std::vector<double>{1, 1, 0});
}

TEST_CASE("infinite slopes: in elementwise(), of what does not depend on the input", "[autograd]") {
  const Tensor zero = leaf({0}), half = leaf({0.5});
  CHECK(slopes_of(elementwise("f", zero, [](auto v) { return v + sqrt(decltype(v)(0)); }), zero)[0] == 1);
  CHECK(slopes_of(elementwise("f", zero, [](auto v) { return v + log(decltype(v)(0) + 1) / decltype(v)(2); }),
                  zero)[0] == 1);
  const auto root_times = [](auto u, auto v) { return sqrt(u) * v; };
  CHECK(slopes_of(elementwise("f", zero, half, root_times), half)[0] == 0);
  const auto to_the_power = [](auto u, auto v) { return pow(u, v); };
  CHECK(slopes_of(elementwise("f", zero, half, to_the_power), half)[0] == 0);
  CHECK(second_derivative_of(elementwise("f", zero, [](auto v) { return pow(v, decltype(v)(1)); }), zero) == 0);
}

TEST_CASE("infinite slopes: an infinity times a number has the number for its slope", "[autograd]") {
  const Tensor x = leaf({-HUGE_VAL, HUGE_VAL});
  CHECK(slopes_of(leaky_relu(x), x) == std::vector<double>{0.01, 1});
  CHECK(slopes_of(elementwise("f", x, [](auto v) { return 2 * v * 0.25; }), x) == std::vector<double>{0.5, 0.5});
}

TEST_CASE("infinite slopes: large numbers, whose reciprocals are too small, keep theirs", "[autograd]") {
  const Tensor x = tensor({88}).requires_grad_();  // e^88 is a float, 1 / e^88 none that is not flushed
  CHECK(slopes_of(elementwise("f", x, [](auto v) { return log(1 + exp(v)); }), x)[0] == Approx(1));
}

TEST_CASE("infinite slopes: a power whose exponent varies only in the second order", "[autograd]") {
  // d^2/dv^2 2^(v^2) = 2 ln 2 at 0
  const Tensor zero = leaf({0});
  const Tensor y = elementwise("f", zero, [](auto v) { return pow(decltype(v)(2), v * v); });
  CHECK(second_derivative_of(y, zero) == Approx(2 * std::log(2.0)));
}

TEST_CASE("gaussian_kl: the gradient keeps its digits near the prior", "[autograd]") {
  Tensor log_var = tensor(std::vector<double>{1e-7}, {1, 1}).requires_grad_();
  const Tensor kl = gaussian_kl(zeros({1, 1}, DType::float64), log_var);
  CHECK(slopes_of(kl, log_var)[0] == Approx(0.5e-7).epsilon(1e-5));
}
