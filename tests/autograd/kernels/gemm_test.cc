#include "autograd/kernels/gemm.h"

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "tests/backend.h"
#include "tests/check.h"
#include "tests/message_of.h"
#include "tests/random.h"
#include "tests/threads.h"

using namespace tandem;
using namespace tandem::test;

namespace {

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

TEMPLATE_TEST_CASE("gemm: every backend agrees with the definition", "[autograd]", float, double) {
  using T = TestType;
  constexpr DType dtype = dtype_of<T>;
  // Rows and columns above, at and below the tiles' sizes; one or two rows or columns; more columns, and more steps of
  // k, than are taken at once; several threads' worth of work; no k at all.
  const auto extents = GENERATE(table<Index, Index, Index>({{1, 1, 1},
                                                            {1, 7, 3},
                                                            {1, 130, 70},
                                                            {5, 1, 9},
                                                            {2, 40, 70},
                                                            {40, 2, 70},
                                                            {17, 33, 8},
                                                            {14, 64, 20},
                                                            {64, 64, 64},
                                                            {3, 129, 65},
                                                            {301, 97, 301},
                                                            {97, 307, 305},
                                                            {20, 250, 1100},
                                                            {2, 3, 0}}));
  const Index m = std::get<0>(extents), n = std::get<1>(extents), k = std::get<2>(extents);
  const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
  const Tensor a = ta ? random({k, m}, dtype, 1) : random({m, k}, dtype, 1);
  const Tensor b = tb ? random({n, k}, dtype, 2) : random({k, n}, dtype, 2);
  const Tensor bias = random({n}, dtype, 3);
  const Tensor expected = tensor(product(m, n, k, a, ta, b, tb), {m, n});
  const double atol = (std::is_same_v<T, float> ? 3e-7 : 1e-15) * static_cast<double>(k + 4);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    CAPTURE(name, m, n, k, ta, tb);
    kernels::set_gemm_backend(name);
    const auto gemm = [&](kernels::Epilogue<T> epilogue) {
      Tensor y = full({m, n}, epilogue.accumulate ? 2 : NAN, dtype);  // what is not added to is not read
      kernels::gemm<T>(m, n, k, {a.data<T>(), a.dim(1), ta}, {b.data<T>(), b.dim(1), tb}, y.mutable_data<T>(),
                       epilogue);
      return y.to(DType::float64);
    };
    check_close(gemm({}), expected, 0, atol);
    check_close(gemm({.accumulate = true}), expected + 2, 0, atol);
    check_close(gemm({.bias = bias.data<T>()}), expected + bias.to(DType::float64), 0, atol);
    check_close(gemm({.accumulate = true, .bias = bias.data<T>()}), expected + bias.to(DType::float64) + 2, 0, atol);
  }
}

TEST_CASE("gemm: bit-identical for any number of threads", "[autograd]") {
  // What is packed by one thread or by several, through the caches or past them; panels and tiles that are not full.
  const auto extents = GENERATE(
      table<Index, Index, Index>({{130, 203, 301}, {128, 20, 400}, {128, 400, 20}, {300, 500, 130}, {100, 1, 9000}}));
  const Index m = std::get<0>(extents), n = std::get<1>(extents), k = std::get<2>(extents);
  const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
  const Tensor a = ta ? random({k, m}, DType::float32, 1) : random({m, k}, DType::float32, 1);
  const Tensor b = tb ? random({n, k}, DType::float32, 2) : random({k, n}, DType::float32, 2);
  const Backend backend;
  const Threads one(1);
  for (const std::string& name : kernels::gemm_backends()) {
    CAPTURE(name, m, n, k, ta, tb);
    kernels::set_gemm_backend(name);
    const Tensor y = matmul({a, ta}, {b, tb});
    for (const int threads : {2, 3, 8}) {
      const Threads several(threads);
      check_equal(matmul({a, ta}, {b, tb}), y);
    }
  }
}

TEST_CASE("gemm: a backend that is not there", "[autograd]") {
  CHECK_THAT(message_of<ValueError>([] { kernels::set_gemm_backend("abacus"); }),
             ContainsSubstring("\"abacus\"") && ContainsSubstring("portable, eigen"));
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
