#pragma once

#include <utility>

#include "autograd/graph.h"
#include "autograd/map.h"

namespace tandem::detail {

/// dx = f(dy, x) for each element, in one pass, for an op whose slope is piecewise constant, such as relu: f is linear
/// in dy and therefore its own derivative, and x gets no gradient.
template <class F>
Tensor linear_gradient(const char* name, const Saved& x, Tensor dy, F f) {
  const Parent parent = dy;
  return record(name, {parent}, map(name, std::move(dy), *x, f),
                [=](Tensor ddx) { return linear_gradient(name, x, std::move(ddx), f); });
}

}  // namespace tandem::detail
