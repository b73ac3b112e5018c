#include "autograd/kernels/gemm.h"

#include "autograd/create.h"
#include "autograd/ops/matmul.h"
#include "autograd/random.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

namespace {

Tensor random(const Shape& shape, DType dtype, std::uint64_t seed) {
  Generator generator(seed);
  return randn(shape, dtype, generator);
}

/// The definition, in double precision.
std::vector<double> product(Index m, Index n, Index k, const Tensor& a, bool ta, const Tensor& b, bool tb) {
  const auto x = a.to_vector<double>(), w = b.to_vector<double>();
  std::vector<double> y(static_cast<std::size_t>(m * n));
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n; ++j)
      for (Index l = 0; l < k; ++l)
        y[static_cast<std::size_t>(i * n + j)] += x[static_cast<std::size_t>(ta ? l * m + i : i * k + l)] *
                                                  w[static_cast<std::size_t>(tb ? j * k + l : l * n + j)];
  return y;
}

}  // namespace

TEMPLATE_TEST_CASE("gemm: agrees with the definition", "[autograd]", float, double) {
  using T = TestType;
  constexpr DType dtype = dtype_of<T>;
  // The last ones are cut into pieces for several threads: by rows, by columns, with a rest.
  const auto [m, n, k] = GENERATE(table<Index, Index, Index>({{1, 1, 1},
                                                              {1, 7, 3},
                                                              {5, 1, 9},
                                                              {17, 33, 8},
                                                              {64, 64, 64},
                                                              {3, 129, 65},
                                                              {301, 97, 301},
                                                              {97, 307, 305},
                                                              {2, 3, 0}}));
  const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
  CAPTURE(m, n, k, ta, tb);
  const Tensor a = ta ? random({k, m}, dtype, 1) : random({m, k}, dtype, 1);
  const Tensor b = tb ? random({n, k}, dtype, 2) : random({k, n}, dtype, 2);
  const Tensor expected = tensor(product(m, n, k, a, ta, b, tb), {m, n});
  const double atol = (std::is_same_v<T, float> ? 3e-7 : 1e-15) * static_cast<double>(k + 1);
  const Tensor y = matmul({a, ta}, {b, tb});
  check_close(y, expected, 0, atol);

  Tensor sum = full({m, n}, 2, dtype);
  kernels::gemm<T>(m, n, k, {a.data<T>(), a.dim(1), ta}, {b.data<T>(), b.dim(1), tb}, sum.mutable_data<T>(),
                   true);
  check_close(sum, tensor(product(m, n, k, a, ta, b, tb), {m, n}).add_(full({m, n}, 2, DType::float64)), 0,
              atol + 1e-6);
}

TEST_CASE("gemm: NaN and infinity go through, zero weights do not hide them", "[autograd]") {
  const double nan = std::nan("");
  const Tensor x = tensor({{nan, 1}, {HUGE_VAL, 1}, {1, 1}});
  const Tensor y = matmul(x, tensor({{0, 1}, {1, 1}}));
  check_equal(y, tensor({{nan, nan}, {nan, HUGE_VAL}, {1, 2}}));
}

TEST_CASE("linear: agrees with the definition at the shapes of a network", "[autograd]") {
  const Tensor x = random({130, 70}, DType::float32, 1), w = random({33, 70}, DType::float32, 2);
  const Tensor b = random({33}, DType::float32, 3);
  Tensor expected = tensor(product(130, 33, 70, x, false, w, true), {130, 33});
  for (Index i = 0; i < 130; ++i) expected[i].add_(b.to(DType::float64));
  check_close(linear(x, w, b), expected, 0, 3e-5);
}
