#include "autograd/gradcheck.h"

#include <cmath>
#include <cstdio>

#include "autograd/backward.h"
#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/random.h"

namespace tandem {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

/// Element `flat` of a shape as "[i, j]".
std::string position(const Shape& shape, Index flat) {
  Shape at = shape;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    at[i] = flat % shape[i];
    flat /= shape[i];
  }
  return to_string(at);
}

GradcheckResult failure(std::string report) { return {false, "gradcheck: " + std::move(report), HUGE_VAL}; }

/// @param constant  whether f may return a constant: a tensor without a graph, whose gradient is 0
GradcheckResult first_order(const Function& f, const std::vector<Tensor>& inputs, const GradcheckOptions& options,
                            bool constant = false) {
  const GradMode recording(true);
  std::vector<Tensor> fresh;  // leaves of our own, so that no grad() or hook of the caller is touched
  std::vector<Tensor> wanted;
  for (const Tensor& input : inputs) {
    fresh.push_back(input.clone());
    if (!input.requires_grad()) continue;
    if (input.dtype() != DType::float64)
      return failure("an input is " + std::string(name_of(input.dtype())) + ", but differences need float64");
    fresh.back().requires_grad_();
    wanted.push_back(fresh.back());
  }
  if (wanted.empty()) return failure("no input requires a gradient");
  const Tensor y = f(fresh);
  if (y.dtype() != DType::float64)
    return failure("the result is " + std::string(name_of(y.dtype())) + ", but differences need float64");
  const double* result_of_f = y.data<double>();
  for (Index j = 0; j < y.size(); ++j)  // a sum would not show where
    if (!std::isfinite(result_of_f[j]))
      return failure("the result is not finite at these inputs, at index " + position(y.shape(), j));
  Generator generator(7);
  const Tensor weights = uniform(y.shape(), 0.5, 1.5, y.dtype(), generator);
  const auto projected = [&](const Tensor& of_f) { return sum(of_f * weights); };  // to one number, at random
  const Tensor output = projected(y);
  std::vector<Tensor> gradients(wanted.size());
  if (output.requires_grad()) gradients = grad(std::span(&output, 1), wanted, {}, {.allow_unused = true});
  else if (!constant) return failure("the result does not depend on any input that requires a gradient");

  GradcheckResult result;
  std::size_t which = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].requires_grad()) continue;
    const Tensor& gradient = gradients[which++];
    double* x = fresh[i].mutable_data<double>();
    for (Index j = 0; j < fresh[i].size(); ++j) {
      const double value = x[j];
      x[j] = value + options.eps;
      const double above = projected(f(fresh)).item();
      x[j] = value - options.eps;
      const double below = projected(f(fresh)).item();
      x[j] = value;
      const double numeric = (above - below) / (2 * options.eps);
      const double analytic = gradient.defined() ? gradient.data<double>()[j] : 0;
      const double difference = std::abs(analytic - numeric);
      const double relative = difference / std::max(1.0, std::abs(numeric));
      if (!(relative <= result.worst)) result.worst = std::isnan(relative) ? HUGE_VAL : relative;
      if (difference <= options.atol + options.rtol * std::abs(numeric)) continue;
      if (result.ok)
        result.report = "gradcheck: input " + std::to_string(i) + ", index " + position(fresh[i].shape(), j) +
                        ": backward gives " + number(analytic) + ", differences give " + number(numeric);
      result.ok = false;
    }
  }
  return result;
}

}  // namespace

GradcheckResult gradcheck(const Function& f, const std::vector<Tensor>& inputs, GradcheckOptions options) {
  GradcheckResult first = first_order(f, inputs, options);
  if (!first.ok || !options.second_order) return first;

  // The gradients of sum(sin(f + w)), each projected to one number and added. The sine makes dL/df depend on the inputs
  // too: a gradient of f that is not recorded, or not as a function of dy, then differs, even where f is linear.
  const Function gradient_of_f = [&f](const std::vector<Tensor>& x) {
    std::vector<Tensor> wanted;
    const GradMode recording(true);
    for (const Tensor& leaf : x)
      if (leaf.requires_grad()) wanted.push_back(leaf);
    Generator generator(11);
    const Tensor y = f(x), loss = sum(sin(y + uniform(y.shape(), 0.5, 1.5, DType::float64, generator)));
    const std::vector<Tensor> gradients =
        grad(std::span(&loss, 1), wanted, {}, {.create_graph = true, .allow_unused = true});
    // Weights of one size, whatever the number of inputs: large ones would round small derivatives away.
    Tensor total = zeros({}, DType::float64);
    for (const Tensor& g : gradients)
      if (g.defined()) total = total + sum(g * uniform(g.shape(), 0.5, 1.5, DType::float64, generator));
    return total;
  };
  GradcheckResult second = first_order(gradient_of_f, inputs, options, /*constant=*/true);
  if (!second.ok) second.report = "second derivative, " + second.report;
  second.worst = std::max(first.worst, second.worst);
  return second;
}

}  // namespace tandem
