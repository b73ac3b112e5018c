#include <cmath>
#include <limits>

#include "autograd/create.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/gemm_plan.h"
#include "autograd/map.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/shape.h"
#include "tests/backend.h"
#include "tests/check.h"
#include "tests/random.h"
#include "tests/threads.h"

// Of a factor that is zero in many places, as a batch of images, products leave out what adds nothing. Nothing but the
// time may show it.

using namespace tandem;
using namespace tandem::test;

namespace {

/// Zero but in stretches of 20 columns, of every 64 and in every row, and in a few rows more.
Tensor with_zeros(Tensor x) {
  const Index n = x.dim(1);
  return each_by_index(std::move(x),
                       [n](Index i, auto v) { return i % n % 64 >= 20 && i / n % 50 != 7 ? decltype(v)(0) : v; });
}

/// The same product as A B by the definition, with nothing left out.
Tensor definition(const Tensor& a, bool ta, const Tensor& b, bool tb) {
  const auto x = a.to(DType::float64), w = b.to(DType::float64);
  const Index m = a.dim(ta ? 1 : 0), k = a.dim(ta ? 0 : 1), n = b.dim(tb ? 0 : 1);
  Tensor y = zeros({m, n}, DType::float64);
  double* const to = y.mutable_data<double>();
  const double *const left = x.data<double>(), *const right = w.data<double>();
  for (Index i = 0; i < m; ++i)
    for (Index l = 0; l < k; ++l)
      for (Index j = 0; j < n; ++j)
        to[i * n + j] += left[ta ? l * m + i : i * k + l] * right[tb ? j * k + l : l * n + j];
  return y;
}

}  // namespace

TEMPLATE_TEST_CASE("gemm: zeros in one factor or both", "[autograd]", float, double) {
  constexpr DType dtype = dtype_of<TestType>;
  // What is cut into several blocks of columns and of k; strips and tiles that are not full; a single row.
  const auto extents = GENERATE(
      table<Index, Index, Index>({{130, 103, 301}, {128, 20, 400}, {70, 40, 2100}, {70, 1500, 100}, {1, 130, 9000}}));
  const Index m = std::get<0>(extents), n = std::get<1>(extents), k = std::get<2>(extents);
  const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
  const int zeros_in = GENERATE(1, 2, 3);  // the first factor, the second, both
  const auto factor = [&](bool transposed, Index rows, Index columns, int which) {
    const Shape shape = transposed ? Shape{columns, rows} : Shape{rows, columns};
    const Tensor x = random(shape, dtype, static_cast<std::uint64_t>(which));  // the factors are independent
    return (zeros_in & which) != 0 ? with_zeros(x) : x;
  };
  const Tensor a = factor(ta, m, k, 1), b = factor(tb, k, n, 2), expected = definition(a, ta, b, tb);
  const double atol = (dtype == DType::float32 ? 3e-7 : 1e-15) * static_cast<double>(k);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    CAPTURE(name, m, n, k, ta, tb, zeros_in);
    kernels::set_gemm_backend(name);
    const Threads one(1);
    const Tensor y = matmul({a, ta}, {b, tb});
    check_close(y, expected, 0, atol);
    for (const int threads : {2, 3, 8}) {
      const Threads several(threads);
      check_equal(matmul({a, ta}, {b, tb}), y);
    }
  }
}

TEST_CASE("gemm: zeros do not hide NaN and infinity", "[autograd]") {
  const Index m = GENERATE(1, 130), n = 90, k = 200;
  const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
  const double bad = GENERATE(std::nan(""), HUGE_VAL, -HUGE_VAL);
  const Tensor a = with_zeros(ta ? random({k, m}, DType::float32, 1) : random({m, k}, DType::float32, 1));
  Tensor b = tb ? random({n, k}, DType::float32, 2) : random({k, n}, DType::float32, 2);
  for (const Index l : {Index{5}, Index{40}, k - 1})  // where the first factor has numbers, and where it has none
    b.mutable_data<float>()[tb ? 30 * k + l : l * n + 30 + l % 7] = static_cast<float>(bad);
  const Tensor expected = definition(a, ta, b, tb);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    CAPTURE(name, m, ta, tb, bad);
    kernels::set_gemm_backend(name);
    for (const int threads : {1, 2, 3}) {
      const Threads several(threads);
      check_close(matmul({a, ta}, {b, tb}), expected, 1e-3, 1e-3);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: zeros, a bias, and what the product is added to", "[autograd]", float, double) {
  using T = TestType;
  constexpr DType dtype = dtype_of<T>;
  const Index m = 130, n = 103, k = GENERATE(100, 1500), apart = k + 9;  // rows of a lie apart
  Tensor a = with_zeros(random({m, apart}, dtype, 1)), b = random({n, k}, dtype, 2);
  const Tensor bias = random({n}, dtype, 3), before = random({m, n}, dtype, 4);
  const bool with_bias = GENERATE(false, true), accumulate = GENERATE(false, true), nan = GENERATE(false, true);
  if (nan) b.mutable_data<T>()[40 * k + k - 1] = std::numeric_limits<T>::quiet_NaN();  // in the last block of k
  Tensor expected = definition(slice(a, 1, 0, k), false, b, true);
  if (with_bias) expected = expected + bias.to(DType::float64);
  if (accumulate) expected = expected + before.to(DType::float64);
  const double atol = (dtype == DType::float32 ? 3e-7 : 1e-15) * static_cast<double>(k + 4);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends())
    for (const int threads : {1, 3}) {
      CAPTURE(name, threads, k, with_bias, accumulate, nan);
      kernels::set_gemm_backend(name);
      const Threads several(threads);
      Tensor y = before.clone();
      kernels::gemm<T>(m, n, k, {a.data<T>(), apart}, {b.data<T>(), k, true}, y.mutable_data<T>(),
                       {.accumulate = accumulate, .bias = with_bias ? bias.data<T>() : nullptr});
      check_close(y, expected, 0, atol);
    }
}

TEST_CASE("gemm: a zero has no sign", "[autograd]") {
  // Products so small that they are flushed to -0 before zeros that are left out, or are not, and a bias that is -0.
  const Index m = GENERATE(20, 130), n = 90, k = 200;
  const Tensor x = with_zeros(full({m, k}, 1e-30)), w = full({n, k}, -1e-30), bias = full({n}, -0.0);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    if (name == "eigen") continue;  // the reference of numbers, not of signs
    kernels::set_gemm_backend(name);
    for (const int threads : {1, 2, 3}) {
      CAPTURE(name, threads, m);
      const Threads several(threads);
      for (const Tensor& y : {matmul(x, transposed(w)), linear(x, w, bias)})
        for (const float value : y.to_vector<float>()) REQUIRE_FALSE(std::signbit(value));
    }
  }
}

TEMPLATE_TEST_CASE("gemm: steps are left out, of the factor that has them, where it is worth while", "[autograd]",
                   float, double) {
  using T = TestType;
  const kernels::TileKernel<T>& kernel = *kernels::portable_kernel<T>();
  const Index m = 128, n = 112, k = 300;
  const Tensor a = random({m, k}, dtype_of<T>, 1), b = random({k, n}, dtype_of<T>, 2);
  const Tensor sparse_a = with_zeros(a.clone()), sparse_b = with_zeros(b.clone());
  const auto plan = [&](const Tensor& left, const Tensor& right, Index rows) {
    Tensor y({rows, n}, left.dtype());
    return kernels::plan(kernel, kernels::Product<T>{rows,
                                                     n,
                                                     k,
                                                     {left.data<T>(), k, 1},
                                                     {right.data<T>(), n, 1},
                                                     {y.mutable_data<T>(), n, 1},
                                                     {nullptr, 0, 1},
                                                     false,
                                                     false,
                                                     false});
  };
  CHECK(plan(a, b, m).form == kernels::Form::panels);
  CHECK(plan(a, b, 8).form == kernels::Form::in_place);
  CHECK(plan(a, sparse_b, m).form == kernels::Form::strips);
  CHECK_FALSE(plan(a, sparse_b, m).transposed);
  CHECK(plan(sparse_a, b, m).form == kernels::Form::strips);
  CHECK(plan(sparse_a, b, m).transposed);
  CHECK(plan(a, full({k, n}, -0.0, a.dtype()), m).form == kernels::Form::panels);
}
