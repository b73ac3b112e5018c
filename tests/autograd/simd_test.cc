#include "autograd/simd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include "autograd/denormals.h"
#include "autograd/dual.h"
#include "tests/catch.h"

using namespace tandem;

namespace {

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();
template <class T>
constexpr T max_of = std::numeric_limits<T>::max();
template <class T>
constexpr T min_of = std::numeric_limits<T>::min();

/// f of one number, and of the same number in every lane, as kernels compute it.
template <class T, class F>
T apply(F f, T x) {
  const FlushDenormals flush;
  T lanes[Simd<T>::width];
  f(Simd<T>(x)).store(lanes);
  for (const T lane : lanes)
    if (lane != lanes[0] && !std::isnan(lane)) throw std::logic_error("the lanes differ");
  return lanes[0];
}

struct Worst {
  double ulp = 0;
  double at = 0;
};

/// The largest error, in units of the last place of the exact result, over all binary exponents from `low` to
/// `high`, 256 arguments in each.
template <class T, class F, class Exact>
Worst worst_error(F f, Exact exact, double low, double high, double sign = 1) {
  Worst worst;
  for (double x = low; x < high; x *= 1 + 1.0 / 256) {
    const T argument = static_cast<T>(sign * x);
    const long double expected = exact(static_cast<long double>(argument));
    const T rounded = static_cast<T>(std::abs(expected));
    if (rounded < min_of<T> || rounded > max_of<T>) continue;
    const T unit =
        rounded == max_of<T> ? rounded - std::nextafter(rounded, T(0)) : std::nextafter(rounded, inf<T>) - rounded;
    const T actual = apply<T>(f, argument);
    const auto error = static_cast<double>(std::abs(static_cast<long double>(actual) - expected) / unit);
    if (!(error <= worst.ulp)) worst = {error, static_cast<double>(argument)};
  }
  return worst;
}

#define CHECK_ERROR(T, bound, ...)                   \
  do {                                               \
    const Worst worst = worst_error<T>(__VA_ARGS__); \
    CAPTURE(worst.at);                               \
    CHECK(worst.ulp < bound);                        \
  } while (false)

}  // namespace

TEMPLATE_TEST_CASE("simd: NaN, infinity, zero and the ends of the range", "[autograd]", float, double) {
  using T = TestType;
  const auto f_exp = [](auto v) { return exp(v); };
  const auto f_log = [](auto v) { return log(v); };
  const auto f_log1p = [](auto v) { return log1p(v); };
  const auto f_expm1 = [](auto v) { return expm1(v); };
  const auto f_tanh = [](auto v) { return tanh(v); };
  const auto f_sigmoid = [](auto v) { return sigmoid(v); };
  const auto f_softplus = [](auto v) { return softplus(v); };
  const auto f_sqrt = [](auto v) { return sqrt(v); };
  const auto f_erf = [](auto v) { return erf(v); };

  CHECK(std::isnan(apply<T>(f_exp, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_log, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_log1p, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_expm1, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_tanh, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_sigmoid, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_softplus, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_sqrt, not_a_number<T>)));
  CHECK(std::isnan(apply<T>(f_erf, not_a_number<T>)));
  CHECK(std::isnan(apply<T>([](auto v) { return max(v, 1); }, not_a_number<T>)));
  CHECK(std::isnan(apply<T>([](auto v) { return min(1, v); }, not_a_number<T>)));

  const T overflow = std::log(max_of<T>);
  CHECK(apply<T>(f_exp, inf<T>) == inf<T>);
  CHECK(apply<T>(f_exp, -inf<T>) == 0);
  CHECK(apply<T>(f_exp, max_of<T>) == inf<T>);
  CHECK(apply<T>(f_exp, -max_of<T>) == 0);
  CHECK(apply<T>(f_exp, overflow * T(1.0001)) == inf<T>);
  CHECK(std::isfinite(apply<T>(f_exp, overflow * T(0.99999))));
  CHECK(apply<T>(f_exp, T(0)) == 1);
  CHECK(apply<T>(f_exp, min_of<T>) == 1);

  CHECK(apply<T>(f_log, T(0)) == -inf<T>);
  CHECK(apply<T>(f_log, T(1)) == 0);
  CHECK(apply<T>(f_log, inf<T>) == inf<T>);
  CHECK(std::isnan(apply<T>(f_log, T(-1))));
  CHECK(std::isnan(apply<T>(f_log, -inf<T>)));
  CHECK(apply<T>(f_log1p, T(-1)) == -inf<T>);
  CHECK(apply<T>(f_log1p, T(0)) == 0);
  CHECK(apply<T>(f_log1p, T(1e-30)) == T(1e-30));
  CHECK(apply<T>(f_log1p, inf<T>) == inf<T>);
  CHECK(std::isnan(apply<T>(f_log1p, T(-2))));

  CHECK(apply<T>(f_expm1, T(0)) == 0);
  CHECK(apply<T>(f_expm1, T(1e-30)) == T(1e-30));
  CHECK(apply<T>(f_expm1, inf<T>) == inf<T>);
  CHECK(apply<T>(f_expm1, max_of<T>) == inf<T>);
  CHECK(apply<T>(f_expm1, overflow * T(1.0001)) == inf<T>);
  CHECK(apply<T>(f_expm1, -inf<T>) == -1);
  CHECK(std::isfinite(apply<T>(f_expm1, overflow * T(0.99999))));

  CHECK(apply<T>(f_tanh, inf<T>) == 1);
  CHECK(apply<T>(f_tanh, -inf<T>) == -1);
  CHECK(apply<T>(f_tanh, T(0)) == 0);
  CHECK(apply<T>(f_sigmoid, inf<T>) == 1);
  CHECK(apply<T>(f_sigmoid, -inf<T>) == 0);
  CHECK(apply<T>(f_sigmoid, T(0)) == T(0.5));
  CHECK(apply<T>(f_softplus, inf<T>) == inf<T>);
  CHECK(apply<T>(f_softplus, -inf<T>) == 0);
  CHECK(apply<T>(f_softplus, max_of<T>) == max_of<T>);

  CHECK(apply<T>(f_erf, inf<T>) == 1);
  CHECK(apply<T>(f_erf, -inf<T>) == -1);
  CHECK(apply<T>(f_erf, max_of<T>) == 1);
  CHECK(std::signbit(apply<T>(f_erf, T(-0.0))));

  CHECK(apply<T>(f_sqrt, inf<T>) == inf<T>);
  CHECK(apply<T>(f_sqrt, T(0)) == 0);
  CHECK(apply<T>(f_sqrt, T(-0.0)) == 0);
  CHECK(apply<T>(f_sqrt, min_of<T> / 2) == 0);
  CHECK(apply<T>(f_sqrt, T(4)) == 2);
  CHECK(std::isnan(apply<T>(f_sqrt, T(-1))));
  CHECK(std::isnan(apply<T>(f_sqrt, -min_of<T>)));
  CHECK(std::isnan(apply<T>(f_sqrt, -inf<T>)));
}

// The bounds are what was measured with SSE, AVX2, AVX-512 and NEON, rounded up; simd.h states them.
TEST_CASE("simd: accuracy in float", "[autograd]") {
  using L = long double;
  CHECK_ERROR(
      float, 1.1, [](auto v) { return exp(v); }, [](L x) { return std::exp(x); }, 1e-10, 88.7);
  CHECK_ERROR(
      float, 1.1, [](auto v) { return exp(v); }, [](L x) { return std::exp(x); }, 1e-10, 87.3, -1);
  CHECK_ERROR(
      float, 1.5, [](auto v) { return log(v); }, [](L x) { return std::log(x); }, 1.2e-38, 3.4e38);
  CHECK_ERROR(
      float, 2.5, [](auto v) { return log1p(v); }, [](L x) { return std::log1p(x); }, 1e-30, 3e38);
  CHECK_ERROR(
      float, 2.5, [](auto v) { return log1p(v); }, [](L x) { return std::log1p(x); }, 1e-30, 0.99, -1);
  CHECK_ERROR(
      float, 2, [](auto v) { return expm1(v); }, [](L x) { return std::expm1(x); }, 1.2e-38, 88.7);
  CHECK_ERROR(
      float, 2, [](auto v) { return expm1(v); }, [](L x) { return std::expm1(x); }, 1.2e-38, 100, -1);
  CHECK_ERROR(
      float, 7, [](auto v) { return tanh(v); }, [](L x) { return std::tanh(x); }, 1e-30, 100);
  CHECK_ERROR(
      float, 2.5, [](auto v) { return sigmoid(v); }, [](L x) { return 1 / (1 + std::exp(-x)); }, 1e-10, 100);
  CHECK_ERROR(
      float, 2.5, [](auto v) { return sigmoid(v); }, [](L x) { return 1 / (1 + std::exp(-x)); }, 1e-10, 87, -1);
  CHECK_ERROR(
      float, 4, [](auto v) { return softplus(v); }, [](L x) { return x + std::log1p(std::exp(-x)); }, 1e-10, 100);
  CHECK_ERROR(
      float, 4, [](auto v) { return softplus(v); }, [](L x) { return std::log1p(std::exp(x)); }, 1e-10, 87, -1);
  CHECK_ERROR(
      float, 0.51, [](auto v) { return sqrt(v); }, [](L x) { return std::sqrt(x); }, 1.2e-38, 3.4e38);
  CHECK_ERROR(
      float, 3, [](auto v) { return erf(v); }, [](L x) { return std::erf(x); }, 1e-30, 3.4e38);
  CHECK_ERROR(
      float, 3, [](auto v) { return erf(v); }, [](L x) { return std::erf(x); }, 1e-30, 3.4e38, -1);
  CHECK_ERROR(
      float, 1, [](auto v) { return pow(v, 2.7); }, [](L x) { return std::pow(x, L(2.7f)); }, 1e-16, 1e14);
  CHECK_ERROR(
      float, 1, [](auto v) { return pow(2.7, v); }, [](L x) { return std::pow(L(2.7f), x); }, 1e-30, 89);
  CHECK_ERROR(
      float, 1, [](auto v) { return pow(2.7, v); }, [](L x) { return std::pow(L(2.7f), x); }, 1e-30, 87, -1);
}

TEST_CASE("simd: accuracy in double", "[autograd]") {
  using L = long double;
  CHECK_ERROR(
      double, 1.1, [](auto v) { return exp(v); }, [](L x) { return std::exp(x); }, 1e-20, 709.7);
  CHECK_ERROR(
      double, 1.1, [](auto v) { return exp(v); }, [](L x) { return std::exp(x); }, 1e-20, 708.3, -1);
  CHECK_ERROR(
      double, 2, [](auto v) { return log(v); }, [](L x) { return std::log(x); }, 2.3e-308, 1.7e308);
  CHECK_ERROR(
      double, 2, [](auto v) { return log1p(v); }, [](L x) { return std::log1p(x); }, 1e-300, 1e300);
  CHECK_ERROR(
      double, 2, [](auto v) { return expm1(v); }, [](L x) { return std::expm1(x); }, 2.3e-308, 709.7);
  CHECK_ERROR(
      double, 2, [](auto v) { return expm1(v); }, [](L x) { return std::expm1(x); }, 2.3e-308, 800, -1);
  CHECK_ERROR(
      double, 3, [](auto v) { return tanh(v); }, [](L x) { return std::tanh(x); }, 1e-300, 100);
  CHECK_ERROR(
      double, 2.5, [](auto v) { return sigmoid(v); }, [](L x) { return 1 / (1 + std::exp(-x)); }, 1e-20, 700, -1);
  CHECK_ERROR(
      double, 4, [](auto v) { return softplus(v); }, [](L x) { return std::log1p(std::exp(x)); }, 1e-20, 700, -1);
  CHECK_ERROR(
      double, 1.2, [](auto v) { return erf(v); }, [](L x) { return std::erf(x); }, 1e-300, 1.7e308);
  CHECK_ERROR(
      double, 0.51, [](auto v) { return sqrt(v); }, [](L x) { return std::sqrt(x); }, 2.3e-308, 1.7e308);
}

TEMPLATE_TEST_CASE("simd: sin and cos, small and huge arguments", "[autograd]", float, double) {
  using T = TestType;
  double worst = 0, at = 0;
  for (double x = 1e-20; x < 1e35; x *= 1.003) {
    const T argument = static_cast<T>(x);
    const double s = apply<T>([](auto v) { return sin(v); }, argument),
                 c = apply<T>([](auto v) { return cos(v); }, argument);
    const double exact = static_cast<double>(argument);
    const double error = std::max(std::abs(s - std::sin(exact)), std::abs(c - std::cos(exact)));
    if (!(error <= worst)) worst = error, at = x;
  }
  CAPTURE(at);
  CHECK(worst < (std::is_same_v<T, float> ? 1.1e-7 : 2e-16));
  CHECK(std::isnan(apply<T>([](auto v) { return sin(v); }, inf<T>)));
  CHECK(std::isnan(apply<T>([](auto v) { return cos(v); }, not_a_number<T>)));
}

TEMPLATE_TEST_CASE("simd: arithmetic, comparisons and masks", "[autograd]", float, double) {
  using T = TestType;
  using V = Simd<T>;
  const auto both = [](auto f, T x) { return apply<T>([&](V v) { return f(v); }, x); };
  CHECK(both([](V v) { return 2 * v + 1 - v / 4; }, T(4)) == 8);
  CHECK(both([](V v) { return -abs(v) + square(v); }, T(-3)) == 6);
  CHECK(both([](V v) { return where(v < 2, V(1), V(0)); }, T(2)) == 0);
  CHECK(both([](V v) { return where(v <= 2, V(1), V(0)); }, T(2)) == 1);
  CHECK(both([](V v) { return where(v > 2, V(1), V(0)); }, T(2)) == 0);
  CHECK(both([](V v) { return where(v >= 2, V(1), V(0)); }, T(2)) == 1);
  CHECK(both([](V v) { return where(v == v, V(1), V(0)); }, not_a_number<T>) == 0);
  CHECK(both([](V v) { return where((v > 1) & (v < 3), V(1), V(0)); }, T(2)) == 1);
  CHECK(both([](V v) { return where((v < 1) | (v == 3), V(1), V(0)); }, T(2)) == 0);
  CHECK(both([](V v) { return pow(v, V(-2)); }, T(-2)) == T(0.25));
  CHECK(both([](V v) { return pow(v, V(-2)); }, T(0)) == inf<T>);
  CHECK(both([](V v) { return pow(v, V(0)); }, not_a_number<T>) == 1);
  CHECK(both([](V v) { return pow(v, inf<T>); }, T(1)) == 1);
  CHECK(both([](V v) { return pow(v, V(2)); }, inf<T>) == inf<T>);
  CHECK(both([](V v) { return pow(v, V(2)); }, max_of<T>) == inf<T>);
  CHECK(std::isnan(both([](V v) { return pow(v, V(0.5)); }, T(-1))));
  CHECK(V(T(1.5)).sum() == T(1.5) * V::width);
}

TEMPLATE_TEST_CASE("simd: parts of a register", "[autograd]", float, double) {
  using T = TestType;
  constexpr int width = Simd<T>::width;
  for (int n = 1; n < width; ++n) {
    CAPTURE(n);
    const auto exact = std::make_unique<T[]>(static_cast<std::size_t>(n));  // reading behind it is found by sanitizers
    for (int i = 0; i < n; ++i) exact[static_cast<std::size_t>(i)] = static_cast<T>(i + 1);
    T lanes[width];
    Simd<T>::load_some(exact.get(), n).store(lanes);
    for (int i = 0; i < width; ++i) CHECK(lanes[i] == (i < n ? static_cast<T>(i + 1) : T(0)));
    T with_rest[width];
    Simd<T>::load_some(exact.get(), n, T(-7)).store(with_rest);
    for (int i = 0; i < width; ++i) CHECK(with_rest[i] == (i < n ? static_cast<T>(i + 1) : T(-7)));

    T to[width];
    std::fill_n(to, width, T(-1));
    Simd<T>::load(lanes).store_some(to, n);
    for (int i = 0; i < width; ++i) CHECK(to[i] == (i < n ? static_cast<T>(i + 1) : T(-1)));
  }
}

TEMPLATE_TEST_CASE("simd: the largest lane, wherever it is", "[autograd]", float, double) {
  using T = TestType;
  constexpr int width = Simd<T>::width;
  for (int i = 0; i < width; ++i) {
    T lanes[width];
    std::fill_n(lanes, width, -inf<T>);
    CHECK(Simd<T>::load(lanes).max_or_infinity() == -inf<T>);
    for (const T value : {T(-3), T(0), T(5), inf<T>}) {
      lanes[i] = value;
      CHECK(Simd<T>::load(lanes).max_or_infinity() == value);
    }
    std::fill_n(lanes, width, T(1));
    lanes[i] = not_a_number<T>;
    CHECK(Simd<T>::load(lanes).max_or_infinity() == inf<T>);
  }
}

TEST_CASE("dual: forward-mode derivatives, nested ones second derivatives", "[autograd]") {
  using V = Simd<double>;
  using D = Dual<V>;
  const auto f = [](auto v) { return v * v * v / (1 + v); };
  const D first = f(D(V(2), V(1)));
  CHECK(first.value.sum() / V::width == 8.0 / 3);
  CHECK_THAT(first.derivative.sum() / V::width, WithinRel(28.0 / 9, 1e-14));
  const auto second = f(Dual<D>(D(V(2), V(1)), D(V(1), V(0))));
  CHECK_THAT(second.derivative.derivative.sum() / V::width, WithinRel(52.0 / 27, 1e-14));
}
