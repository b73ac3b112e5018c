#include <limits>

#include "autograd/create.h"
#include "autograd/kernels/gemm.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "tests/backend.h"
#include "tests/check.h"
#include "tests/random.h"
#include "tests/threads.h"

// One row times a matrix that lies row by row is summed as the row in a batch is, but without what is zero.

using namespace tandem;
using namespace tandem::test;

namespace {

/// Four numbers of five are zero, as the pixels of a digit, and some of these -0.
Tensor mostly_zero(Tensor x) {
  return each_by_index(std::move(x), [](Index i, auto v) {
    return i % 5 == 2 ? v : i % 3 == 0 ? -decltype(v)(0) : decltype(v)(0);
  });
}

/// w, and that no number of it is a NaN or an infinity is known if asked for.
Tensor told(Tensor w, bool known) {
  for (int i = 0; known && i < 2; ++i) w.known_finite();
  return w;
}

}  // namespace

TEMPLATE_TEST_CASE("gemm: a row alone has the bits of the row in a batch", "[autograd]", float, double) {
  constexpr DType dtype = dtype_of<TestType>;
  const Index rows = 6;
  // Columns: one register, a little more, several threads' worth; steps of k: one, no whole register, several blocks.
  const Index k = GENERATE(1, 3, 100, 784, 2100), n = GENERATE(16, 17, 100, 130, 1025);
  const Tensor x = mostly_zero(random({rows, k}, dtype, 1)), w = random({k, n}, dtype, 2), b = random({n}, dtype, 3);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    if (name == "eigen") continue;  // the reference of numbers, not of bits
    kernels::set_gemm_backend(name);
    const Tensor batch = linear(x, transposed(w), b);
    for (const int threads : {1, 2, 3})
      for (const bool known : {false, true}) {
        CAPTURE(name, k, n, threads, known);
        const Threads several(threads);
        const Tensor same = told(w.clone(), known);
        for (Index i = 0; i < rows; ++i)
          check_equal(linear(x.rows(i, i + 1), transposed(same), b), batch.rows(i, i + 1));
      }
  }
}

TEMPLATE_TEST_CASE("gemm: a row that is added to something, and a column", "[autograd]", float, double) {
  using T = TestType;
  constexpr DType dtype = dtype_of<T>;
  const Index k = GENERATE(40, 1500), n = GENERATE(16, 90);
  const Tensor x = mostly_zero(random({3, k}, dtype, 1)), w = random({k, n}, dtype, 2),
               before = random({3, n}, dtype, 3);
  const Tensor bias = random({n}, dtype, 4), number = random({1}, dtype, 5);
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    if (name == "eigen") continue;
    CAPTURE(name, k, n);
    kernels::set_gemm_backend(name);
    const T *const left = x.data<T>(), *const right = w.data<T>();
    for (const T* add : {static_cast<const T*>(nullptr), bias.data<T>()}) {
      Tensor row = before.rows(0, 1).clone(), batch = before.clone();
      kernels::gemm<T>(1, n, k, {left, k}, {right, n}, row.mutable_data<T>(), {.accumulate = true, .bias = add});
      kernels::gemm<T>(3, n, k, {left, k}, {right, n}, batch.mutable_data<T>(), {.accumulate = true, .bias = add});
      check_equal(row, batch.rows(0, 1));
    }
    // The same product, turned.
    Tensor row({1, n}, dtype), column({n, 1}, dtype);
    kernels::gemm<T>(1, n, k, {left, k}, {right, n}, row.mutable_data<T>());
    kernels::gemm<T>(n, 1, k, {right, n, true}, {left, 1}, column.mutable_data<T>(), {.bias = number.data<T>()});
    check_close(column.reshape({1, n}), row + number, 1e-5, 1e-5);  // the bias is added to the first block of k
  }
}

TEST_CASE("gemm: a row of zeros does not hide NaN and infinity", "[autograd]") {
  const float bad = GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
  const bool known = GENERATE(false, true);
  const Tensor x = zeros({1, 100});
  Tensor w = random({100, 48});
  w.mutable_data<float>()[70 * 48 + 20] = bad;
  const Backend backend;
  for (const std::string& name : kernels::gemm_backends()) {
    CAPTURE(name, bad, known);
    kernels::set_gemm_backend(name);
    const std::vector<float> y = linear(x, transposed(told(w.clone(), known))).to_vector<float>();
    for (std::size_t j = 0; j < y.size(); ++j) CHECK(std::isnan(y[j]) == (j == 20));
  }
}
