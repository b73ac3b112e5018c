// Numbers too small for all their digits count as zero in what ops compute, for tensors of every size.

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/softmax.h"
#include "tests/catch.h"

using namespace tandem;

namespace {

constexpr double denormal_of(DType dtype) { return dtype == DType::float32 ? 1e-39 : 1e-310; }

}  // namespace

TEST_CASE("denormals: count as zero in sums of any length", "[autograd][ops]") {
  const DType dtype = GENERATE(DType::float32, DType::float64);
  for (const Index n : {1, 100, 100'000}) {
    CAPTURE(n);
    CHECK(sum(full({n}, denormal_of(dtype), dtype)).item() == 0);
    CHECK(sum(full({2, n}, denormal_of(dtype), dtype), {1})[0].item() == 0);
  }
}

TEST_CASE("denormals: a sum of blocks that is one is zero", "[autograd][ops]") {
  Tensor x = zeros({100'000});
  x.rows(0, 1).fill_(1.2e-38);
  x.rows(99'999, 100'000).fill_(-1.19e-38);
  CHECK(sum(x).item() == 0);
}

TEST_CASE("denormals: count as zero in comparisons, argmax, logsumexp, power and index_add", "[autograd][ops]") {
  const DType dtype = GENERATE(DType::float32, DType::float64);
  const double tiny = denormal_of(dtype);
  Tensor x = full({2}, tiny, dtype);
  x.rows(1, 2).fill_(2 * tiny);
  CHECK(equal(x, 0)[1].item() == 1);
  CHECK(greater(x, 0)[1].item() == 0);
  CHECK(argmax(x).item() == 0);
  CHECK(logsumexp(full({1}, tiny, dtype)).item() == 0);
  CHECK(power(x, 0.1)[0].item() == 0);
  CHECK(power(x, -0.1)[0].item() == HUGE_VAL);
  CHECK(power(full({1}, -2, dtype), x.rows(0, 1))[0].item() == 1);
  for (const Index width : {1, 100}) {
    CAPTURE(width);
    const Tensor y = index_add(zeros({2, width}, dtype), labels({1, 1, 1}), full({3, width}, tiny, dtype));
    CHECK(y[1][width - 1].item() == 0);
  }
}
