#include "autograd/kernels/reduce.h"

#include <algorithm>
#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/loss.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "autograd/ops/softmax.h"
#include "tests/check.h"
#include "tests/random.h"

using namespace tandem;
using namespace tandem::test;

namespace {

double sum_of(const Tensor& x) {
  double sum = 0;
  for (const double v : x.to_vector<double>()) sum += v;
  return sum;
}

}  // namespace

TEST_CASE("reduce: every length, around the widths of registers and blocks", "[autograd]") {
  for (const Index n :
       {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 1000, 4095, 4096, 4097, 20'000}) {
    CAPTURE(n);
    const Tensor x = random({n});
    CHECK_THAT(sum(x).item(), WithinAbs(sum_of(x), 1e-5 * std::sqrt(static_cast<double>(n) + 1)));
    const auto values = x.to_vector<double>();
    if (n > 0) CHECK(max(x).item() == *std::max_element(values.begin(), values.end()));
    if (n > 0) CHECK(min(x).item() == *std::min_element(values.begin(), values.end()));
    if (n > 0) CHECK(values[static_cast<std::size_t>(argmax(x).item())] == max(x).item());
  }
}

TEST_CASE("reduce: rows, columns and axes in the middle", "[autograd]") {
  const auto [rows, n] = GENERATE(table<Index, Index>({{1, 100}, {100, 1}, {3, 5}, {37, 65}, {1000, 19}, {19, 1000}}));
  CAPTURE(rows, n);
  const Tensor x = random({rows, n});
  const Tensor by_row = sum(x, {1}), by_column = sum(x, {0}), largest = max(x, {0});
  const Tensor turned = transpose(x);
  for (Index i = 0; i < rows; ++i) CHECK_THAT(by_row[i].item(), WithinAbs(sum_of(x[i]), 1e-4));
  for (Index j = 0; j < n; ++j) {
    const auto column = turned[j].to_vector<double>();
    CHECK_THAT(by_column[j].item(), WithinAbs(sum_of(turned[j]), 1e-4));
    CHECK(largest[j].item() == *std::max_element(column.begin(), column.end()));
  }
  const Tensor middle = sum(broadcast_to(x.reshape({rows, 1, n}), {rows, 3, n}), {1});
  check_close(middle, x * 3.0, 1e-6);
}

TEST_CASE("reduce: any axes of a tensor", "[autograd]") {
  const Shape shape = GENERATE(Shape{5, 3, 67, 4}, Shape{2, 1, 19, 1}, Shape{1, 33, 2, 70}, Shape{3, 0, 2, 2});
  const Tensor x = random(shape);
  const auto values = x.to_vector<double>();
  for (unsigned chosen = 1; chosen < 16; ++chosen) {
    CAPTURE(shape, chosen);
    Axes axes;
    Shape kept = shape;
    for (int axis = 0; axis < 4; ++axis)
      if (chosen >> axis & 1) axes.push_back(axis), kept[axis] = 1;
    std::vector<double> sums(static_cast<std::size_t>(kept.size())), largest(sums.size(), -HUGE_VAL);
    for (Index i = 0; i < x.size(); ++i) {
      Index rest = i, at = 0, stride = 1;
      for (int axis = 3; axis >= 0; rest /= shape[axis], stride *= kept[axis], --axis)
        at += rest % shape[axis] % kept[axis] * stride;
      sums[static_cast<std::size_t>(at)] += values[static_cast<std::size_t>(i)];
      largest[static_cast<std::size_t>(at)] =
          std::max(largest[static_cast<std::size_t>(at)], values[static_cast<std::size_t>(i)]);
    }
    check_close(sum(x, axes, true), tensor(sums, kept, DType::float32), 1e-5, 1e-5);
    if (x.size() > 0) test::check_equal(max(x, axes, true), tensor(largest, kept, DType::float32));
  }
}

TEST_CASE("reduce: long sums keep their digits", "[autograd]") {
  // Added one by one in float, a million times 0.1 is 100958.
  CHECK_THAT(sum(full({1'000'000}, 0.1)).item(), WithinRel(1e5, 1e-6));
  CHECK_THAT(mean(full({3'000'000}, 0.7)).item(), WithinRel(0.7, 1e-6));
  const Tensor x = random({1'000'000});
  CHECK_THAT(sum(x).item(), WithinAbs(sum_of(x), 2e-3));
}

TEST_CASE("reduce: long columns keep their digits", "[autograd]") {
  test::check_equal(sum(ones({20'000'000, 2}), {0}), full({2}, 2e7));
  test::check_close(sum(full({100'000, 3}, 0.1), {0}), full({3}, 1e4), 1e-5);
}

TEST_CASE("reduce: logsumexp of nothing is -inf", "[autograd]") {
  test::check_equal(logsumexp(zeros({3, 0})), full({3}, -HUGE_VAL));
}

TEST_CASE("reduce: NaN is not lost", "[autograd]") {
  for (const Index at : {0, 3, 16, 40, 49}) {
    CAPTURE(at);
    Tensor x = random({50});
    x.rows(at, at + 1).fill_(std::nan(""));
    CHECK(std::isnan(sum(x).item()));
    CHECK(std::isnan(max(x).item()));
    CHECK(std::isnan(min(x).item()));
    CHECK(std::isnan(max(x.reshape({50, 1}), {0}).item()));
    CHECK(std::isnan(softmax(x)[0].item()));
    CHECK(std::isnan(logsumexp(x).item()));
  }
}

TEST_CASE("reduce: softmax and cross-entropy of wide rows", "[autograd]") {
  const Index k = GENERATE(1, 2, 10, 33, 1000);
  const Tensor x = random({4, k}), label = full({4}, static_cast<double>(k - 1), DType::int64);
  const Tensor p = softmax(x), losses = cross_entropy(x, label, 0, Reduction::none);
  for (Index i = 0; i < 4; ++i) {
    double total = 0;
    for (const double v : x[i].to_vector<double>()) total += std::exp(v);
    CHECK_THAT(sum(p[i]).item(), WithinAbs(1, 1e-6));
    CHECK_THAT(p[i][k - 1].item(), WithinRel(std::exp(x[i][k - 1].item()) / total, 3e-6));
    CHECK_THAT(losses[i].item(), WithinAbs(std::log(total) - x[i][k - 1].item(), 2e-6));
    CHECK_THAT(logsumexp(x)[i].item(), WithinAbs(std::log(total), 2e-6));
  }
}

TEST_CASE("sum, mean: long rows keep their digits", "[autograd]") {
  const Index n = 4'000'000;
  for (const double sum_of_row : sum(full({2, n}, 0.1), {1}).to_vector<double>())
    CHECK(sum_of_row == Approx(0.1 * static_cast<double>(n)).epsilon(1e-6));
  CHECK(mean(full({1, n}, 0.7), {1}).item() == Approx(0.7).epsilon(1e-6));
}
