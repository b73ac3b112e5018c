#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "autograd/tensor.h"

namespace tandem {

/// All 0, all 1, or all `value`, converted to the type.  @throws ShapeError if the shape has a negative extent
Tensor zeros(const Shape& shape, DType dtype = DType::float32);
Tensor ones(const Shape& shape, DType dtype = DType::float32);
Tensor full(const Shape& shape, double value, DType dtype = DType::float32);
inline Tensor zeros_like(const Tensor& x) { return zeros(x.shape(), x.dtype()); }
inline Tensor ones_like(const Tensor& x) { return ones(x.shape(), x.dtype()); }

/// The scalar `value`, of rank 0.
Tensor scalar(double value, DType dtype = DType::float32);

/// Numbers in braces, the argument of tensor(). A type of its own, so that {{1}, {2}} means two rows and not two
/// numbers in extra braces. It does not own the numbers: use it as an argument only, not as a variable.
struct Numbers {
  std::span<const double> values;
  Numbers(std::initializer_list<double> numbers) : values(numbers.begin(), numbers.size()) {}
};

/// Tensors written out: tensor({1, 2, 3}) is [3], tensor({{1, 2}, {3, 4}}) is [2, 2], tensor({{1}, {2}}) is [2, 1],
/// tensor({}) is [0].
/// @throws ShapeError if the rows differ in length
Tensor tensor(Numbers numbers, DType dtype = DType::float32);
Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, DType dtype = DType::float32);
/// A copy of `values` in the given shape, converted.  @throws ShapeError if the numbers of elements differ
template <Element T>
Tensor tensor(const std::vector<T>& values, const Shape& shape, DType dtype = dtype_of<T>);

/// The same, of shape [n].
template <Element T>
Tensor tensor(const std::vector<T>& values, DType dtype = dtype_of<T>) {
  return tensor(values, {static_cast<Index>(values.size())}, dtype);
}

/// The labels of a batch, an int64 tensor [n]: labels({3, 1, 4}).
Tensor labels(const std::vector<std::int64_t>& values);

/// start, start + step, ... up to but not including end.
/// @throws ValueError if the step is 0 or not finite, (end - start) / step is not finite, or there would be more than
///         1e15 numbers
Tensor arange(double start, double end, double step = 1, DType dtype = DType::float32);
/// `count` numbers from start to end, both included, evenly spaced.
/// @throws ValueError if the count is negative, or the distance is not finite
Tensor linspace(double start, double end, Index count, DType dtype = DType::float32);
/// The identity matrix [n, n].  @throws ShapeError if n < 0
Tensor eye(Index n, DType dtype = DType::float32);

}  // namespace tandem
