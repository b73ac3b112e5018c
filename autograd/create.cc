#include "autograd/create.h"

#include <cmath>

#include "autograd/nan_guard.h"

namespace tandem {

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor x(shape, dtype);
  x.fill_(value);
  return x;
}
Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }
Tensor scalar(double value, DType dtype) { return full({}, value, dtype); }

template <Element T>
Tensor tensor(const std::vector<T>& values, const Shape& shape, DType dtype) {
  if (static_cast<Index>(values.size()) != shape.size())
    throw_shape_error("tensor: " + std::to_string(values.size()) + " values for shape " + to_string(shape),
                      "values.size() == product of the extents", {});
  Tensor x(shape, dtype_of<T>);
  std::copy(values.begin(), values.end(), x.mutable_data<T>());
  const NanGuardPause pause;  // an infinity among the values is intended
  return x.to(dtype);
}
template Tensor tensor(const std::vector<float>&, const Shape&, DType);
template Tensor tensor(const std::vector<double>&, const Shape&, DType);
template Tensor tensor(const std::vector<std::int64_t>&, const Shape&, DType);
template Tensor tensor(const std::vector<std::uint8_t>&, const Shape&, DType);

Tensor tensor(Numbers numbers, DType dtype) {
  const std::vector<double> values(numbers.values.begin(), numbers.values.end());
  return tensor(values, {static_cast<Index>(values.size())}, dtype);
}

Tensor tensor(std::initializer_list<std::initializer_list<double>> rows, DType dtype) {
  std::vector<double> values;
  for (const auto& row : rows) {
    if (row.size() != rows.begin()->size())
      throw_shape_error("tensor: a row of " + std::to_string(row.size()) + " values after one of " +
                            std::to_string(rows.begin()->size()),
                        "all rows are equally long", {});
    values.insert(values.end(), row.begin(), row.end());
  }
  if (rows.size() == 0) return tensor(values, {0}, dtype);  // tensor({}) may also mean no numbers
  return tensor(values, {static_cast<Index>(rows.size()), static_cast<Index>(rows.begin()->size())}, dtype);
}

Tensor labels(const std::vector<std::int64_t>& values) { return tensor(values); }

Tensor arange(double start, double end, double step, DType dtype) {
  if (step == 0 || !std::isfinite(step))
    throw_value_error("arange", "step " + to_text(step), "the step is finite and not 0");
  const double steps = (end - start) / step;
  if (!std::isfinite(steps))
    throw_value_error("arange", "start " + to_text(start) + ", end " + to_text(end) + ", step " + to_text(step),
                      "(end - start) / step is finite");
  const double count = std::max(0.0, std::ceil(steps));
  if (count > 1e15) throw_value_error("arange", to_text(count) + " numbers", "at most 1e15");
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<double>(i) * step;
  return tensor(values, {static_cast<Index>(values.size())}, dtype);
}

Tensor linspace(double start, double end, Index count, DType dtype) {
  if (count < 0) throw_value_error("linspace", std::to_string(count) + " numbers", "the count is at least 0");
  if (!std::isfinite(end - start))
    throw_value_error("linspace", "start " + to_text(start) + ", end " + to_text(end),
                      "the distance between them is finite");
  std::vector<double> values(static_cast<std::size_t>(Shape{count}.size()));
  const double step = count > 1 ? (end - start) / static_cast<double>(count - 1) : 0;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<double>(i) * step;
  if (count > 1) values.back() = end;
  return tensor(values, {count}, dtype);
}

Tensor eye(Index n, DType dtype) {
  const Shape shape{n, n};
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (Index i = 0; i < n; ++i) values[static_cast<std::size_t>(i * n + i)] = 1;
  return tensor(values, shape, dtype);
}

}  // namespace tandem
