#include "autograd/ops/loss.h"

#include <cmath>

#include "autograd/create.h"
#include "autograd/ops/arithmetic.h"
#include "tests/check.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("bce_with_logits: a small loss keeps its digits", "[autograd]") {
  const Tensor logits = tensor({10, 16, 30, -30});
  const Tensor expected = tensor({std::log1p(std::exp(-10.0)), std::log1p(std::exp(-16.0)), std::log1p(std::exp(-30.0)),
                                  std::log1p(std::exp(-30.0))});
  check_close(bce_with_logits(logits, tensor({1, 1, 1, 0}), Reduction::none), expected, 1e-5);
}

TEST_CASE("cross_entropy: known values", "[autograd]") {
  CHECK_THAT(cross_entropy(zeros({1, 10}, DType::float64), labels({3})).item(), WithinRel(std::log(10.0), 1e-14));
  const Tensor x = tensor({1, 2, 3}, DType::float64).reshape({1, 3});
  CHECK_THAT(cross_entropy(x, labels({2})).item(), WithinRel(0.40760596444438, 1e-12));  // ln(1 + e^-1 + e^-2)
  CHECK_THAT(gaussian_kl(full({1, 2}, 1), zeros({1, 2})).item(), WithinRel(1.0, 1e-7));
}

TEST_CASE("cross_entropy: with smoothing, too, large logits lose no digits", "[autograd][ops]") {
  CHECK_THAT(cross_entropy(full({1, 4}, 1e38), labels({0}), 0.1).item(), WithinRel(std::log(4.0), 1e-6));
  CHECK_THAT(cross_entropy(full({1, 40}, -1e38), labels({0}), 0.1).item(), WithinRel(std::log(40.0), 1e-6));
  Tensor x = arange(0, 40, 2).reshape({2, 10});
  CHECK(cross_entropy(x + 16'777'216, labels({0, 9}), 0.1).item() == cross_entropy(x, labels({0, 9}), 0.1).item());
}

TEST_CASE("gaussian_kl: keeps its digits near the prior", "[autograd][ops]") {
  const Tensor log_var = full({1, 1}, 1e-3);
  const double v = log_var.item();
  CHECK_THAT(gaussian_kl(zeros({1, 1}), log_var).item(), WithinRel((std::expm1(v) - v) / 2, 1e-2));
}
