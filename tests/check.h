#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "autograd/context.h"
#include "autograd/tensor.h"
#include "tests/catch.h"
#include "tests/message_of.h"

namespace tandem::test {

/// The first element where two tensors differ by more than atol + rtol |expected|, with both numbers; empty
/// if there is none. NaN equals NaN, and infinities equal themselves.
inline std::string difference(const Tensor& actual, const Tensor& expected, double rtol, double atol = 0) {
  if (!actual.defined()) return "undefined tensor";
  if (!(actual.shape() == expected.shape()))
    return "shape " + to_string(actual.shape()) + ", expected " + to_string(expected.shape());
  const auto a = actual.to_vector<double>(), b = expected.to_vector<double>();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    if (std::isfinite(b[i]) && std::abs(a[i] - b[i]) <= atol + rtol * std::abs(b[i])) continue;
    char text[128];
    std::snprintf(text, sizeof text, "element %zu of %s: %.17g, expected %.17g", i, to_string(expected.shape()).c_str(),
                  a[i], b[i]);
    return text;
  }
  return {};
}

/// Checks that two tensors agree; prints the place and both numbers if they do not.
inline void check_close(const Tensor& actual, const Tensor& expected, double rtol, double atol = 0) {
  CHECK(difference(actual, expected, rtol, atol) == "");
}
/// Checks that they agree in every bit that counts: +0 equals -0, NaN equals NaN.
inline void check_equal(const Tensor& actual, const Tensor& expected) { check_close(actual, expected, 0, 0); }

/// What stands for the module "encoder.hidden" while it lives.
struct Named : Context {
  std::string path() const override { return "encoder.hidden"; }
};

}  // namespace tandem::test
