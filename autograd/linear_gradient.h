#pragma once

#include <utility>

#include "autograd/graph.h"
#include "autograd/map.h"

namespace tandem::detail {

/// dx = f(dy, x) for each element, in one pass, for an op whose slope changes in steps only, as that of relu: f is
/// linear in dy, and so its own derivative, and x gets none.
template <class F>
Tensor linear_gradient(const char* name, const Saved& x, Tensor dy, F f) {
  const Parent parent = dy;
  return record(name, {parent}, map(name, std::move(dy), *x, f),
                [=](Tensor ddx) { return linear_gradient(name, x, std::move(ddx), f); });
}

}  // namespace tandem::detail
