#include "nn/optim/clip.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "autograd/kernels/reduce.h"
#include "autograd/map.h"

namespace tandem::optim {
namespace {

/// Sum of x^2: blocks in S, their sums in double and in order, so that it does not depend on the number of threads.
template <class S, class T>
double sum_of_squares(const T* x, Index n) {
  constexpr Index block = 4096, group = 256;  // elements squared at once; blocks whose sums are held at once
  double total = 0;
  for (Index start = 0; start < n; start += group * block) {
    const Index blocks = std::min(group, ceil_div(n - start, block));
    double sums[group];
    parallel_for(blocks, 4, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b) {
        const T* from = x + start + b * block;
        const Index count = std::min(block, n - start - b * block);
        S squares[block];
        if constexpr (std::is_same_v<S, T>)
          kernels::map_range(
              0, count, squares, [](auto v) { return v * v; }, kernels::Stream<T>{from});
        else std::transform(from, from + count, squares, [](T v) { return static_cast<S>(v) * static_cast<S>(v); });
        sums[b] = static_cast<double>(kernels::reduce_contiguous(squares, count, kernels::Sum{}));
      }
    });
    for (Index b = 0; b < blocks; ++b) total += sums[b];
  }
  return total;
}

double sum_of_squares(const Tensor& x) {
  return dispatch(x.dtype(), [&]<class T>(T) {
    const double sum = sum_of_squares<T>(x.data<T>(), x.size());
    // Above 1.8e19 the square of a float overflows.
    return std::isfinite(sum) ? sum : sum_of_squares<double>(x.data<T>(), x.size());
  });
}

/// The gradients that exist, detached: they may carry a graph of their own.
std::vector<Tensor> gradients(const std::vector<Tensor>& parameters) {
  std::vector<Tensor> found;
  for (const Tensor& parameter : parameters)
    if (const Tensor gradient = parameter.grad(); gradient.defined()) found.push_back(gradient.detach());
  return found;
}

void check_limit(const char* operation, const char* name, double limit) {
  if (!(limit >= 0)) throw_value_error(operation, std::string(name) + " is " + to_text(limit), "it is at least 0");
}

}  // namespace

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm) {
  check_limit("clip_grad_norm_", "max_norm", max_norm);
  std::vector<Tensor> found = gradients(parameters);
  double sum = 0;
  for (const Tensor& gradient : found) sum += sum_of_squares(gradient);
  const double norm = std::sqrt(sum), factor = max_norm / (norm + 1e-6);
  if (!(factor >= 1))  // true for NaN
    for (Tensor& gradient : found) gradient.mul_(factor);
  return norm;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double max_value) {
  check_limit("clip_grad_value_", "max_value", max_value);
  for (Tensor& gradient : gradients(parameters)) gradient.clamp_(-max_value, max_value);
}

}  // namespace tandem::optim
