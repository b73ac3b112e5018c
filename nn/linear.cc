#include "nn/linear.h"

#include <cmath>

#include "autograd/graph.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/matmul.h"
#include "autograd/ops/shape.h"
#include "autograd/random.h"

namespace tandem::nn {

namespace {

Tensor initial(const Shape& shape, Index in) {
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  return uniform(shape, -bound, bound);
}

Tensor initial_weight(Index in, Index out) {
  if (in < 1 || out < 1)
    throw_value_error("Linear", "in = " + std::to_string(in) + ", out = " + std::to_string(out), "both are at least 1");
  return initial({out, in}, in);
}

}  // namespace

Linear::Linear(Index in, Index out, bool with_bias)
    : weight(parameter("weight", initial_weight(in, out))),
      bias(with_bias ? parameter("bias", initial({out}, in)) : Parameter()) {}

Linear::Linear(Module& parent, std::string name, Index in, Index out, bool with_bias)
    : Layer(parent, std::move(name)),
      weight(parameter("weight", initial_weight(in, out))),
      bias(with_bias ? parameter("bias", initial({out}, in)) : Parameter()) {}

struct Linear::TransposedWeight {
  Saved of;
  Tensor weight;  ///< [in, out]
};

std::shared_ptr<const Linear::TransposedWeight> Linear::transposed_weight() {
  const std::lock_guard lock(mutex_);
  const NanGuardPause pause;  // the product reports a NaN
  if (!transposed_weight_ || !transposed_weight_->of.unchanged())
    transposed_weight_ = std::make_shared<const TransposedWeight>(TransposedWeight{Saved(weight), transpose(weight)});
  return transposed_weight_;
}

Tensor Linear::operator()(Tensor x) {
  const Call call(*this);
  if (!x.defined() || x.rank() < 1 || x.dim(-1) != weight.dim(1)) [[unlikely]] {
    require_defined("linear", {{"x", x}, {"weight", weight}});
    throw_shape_error(
        "linear", "x.shape[-1] == weight.shape[1]", {{"x", x}, {"weight", weight}},
        (x.rank() < 1 ? "x is a scalar" : std::to_string(x.dim(-1))) + " != " + std::to_string(weight.dim(1)),
        "this layer was built with in = " + std::to_string(weight.dim(1)));
  }
  constexpr Index few = 32;  // with fewer columns, the sums do not keep a processor busy
  if (!is_training() && !grad_enabled() && x.size() == weight.dim(1) && weight.dim(0) >= few)
    return call.result(linear(x, transposed(transposed_weight()->weight), bias));
  return call.result(linear(x, weight, bias));
}

std::string Linear::describe() const {
  return "Linear(" + std::to_string(weight.dim(1)) + " -> " + std::to_string(weight.dim(0)) +
         (bias.defined() ? ")" : ", no bias)");
}

}  // namespace tandem::nn
