#include "autograd/ops/index.h"

#include "autograd/create.h"
#include "autograd/denormals.h"
#include "autograd/graph.h"
#include "autograd/kernels/copy.h"
#include "autograd/map.h"
#include "autograd/nan_guard.h"
#include "autograd/ops/shape.h"

namespace tandem {

void require_indices(const char* op, const Tensor& indices, Index n) {
  if (indices.dtype() != DType::int64) throw_dtype_error(op, "indices are int64", {{"indices", indices}});
  const std::int64_t* values = indices.data<std::int64_t>();
  for (Index i = 0; i < indices.size(); ++i)
    if (values[i] < 0 || values[i] >= n)
      throw_value_error(op, "index " + std::to_string(values[i]) + " at position " + std::to_string(i) +
                                " lies outside [0, " + std::to_string(n) + ")");
}

void require_offsets(const char* op, const Tensor& offsets, Index entries) {
  if (offsets.dtype() != DType::int64) throw_dtype_error(op, "offsets are int64", {{"offsets", offsets}});
  const std::int64_t* offset = offsets.data<std::int64_t>();
  const Index n = offsets.size() - 1;
  if (n < 0 || offset[0] != 0 || offset[n] != entries)
    throw_value_error(op, "the offsets do not run from 0 to the number of indices, " + std::to_string(entries));
  for (Index b = 0; b < n; ++b)
    if (offset[b] > offset[b + 1])
      throw_value_error(op, "offset " + std::to_string(b + 1) + " is less than the one before it");
}

Tensor gather_rows(const Tensor& x, const Tensor& rows) {
  require_defined("gather_rows", {{"x", x}, {"rows", rows}});
  require(x.rank() >= 1, "gather_rows", "x has at least one axis", {{"x", x}, {"rows", rows}});
  require_indices("gather_rows", rows, x.dim(0));
  Shape shape = rows.shape();
  for (int axis = 1; axis < x.rank(); ++axis) shape.push_back(x.dim(axis));
  Tensor y(shape, x.dtype());
  const std::size_t bytes = x.dim(0) ? static_cast<std::size_t>(x.size() / x.dim(0)) * size_of(x.dtype()) : 0;
  const std::byte* from = x.raw_data();
  std::byte* to = y.mutable_raw_data();
  const std::int64_t* number = rows.data<std::int64_t>();
  parallel_for(rows.size(), std::max<Index>(1, 65536 / static_cast<Index>(bytes + 1)), [&](Index begin, Index end) {
    constexpr Index ahead = 16;  // the rows may lie far apart, and most of the time goes into waiting for memory
    for (Index i = begin; i < end; ++i) {
      if (i + ahead < end) __builtin_prefetch(from + static_cast<std::size_t>(number[i + ahead]) * bytes);
      kernels::copy_bytes(to + static_cast<std::size_t>(i) * bytes, from + static_cast<std::size_t>(number[i]) * bytes,
                          bytes);
    }
  });
  const NanGuardPause pause;  // it only moves numbers
  return record("gather_rows", {x}, std::move(y), [rows = Saved(rows), from_shape = x.shape()](const Tensor& dy) {
    Shape in_turn = from_shape;
    in_turn[0] = rows->size();
    return index_add(zeros(from_shape, dy.dtype()), reshape(*rows, {-1}), reshape(dy, in_turn));
  });
}

Tensor index_add(Tensor x, const Tensor& rows, const Tensor& source) {
  require_defined("index_add", {{"x", x}, {"rows", rows}, {"source", source}});
  require_floating("index_add", {{"x", x}, {"source", source}});
  require(x.rank() >= 1 && rows.rank() == 1, "index_add", "x has at least one axis, rows exactly one",
          {{"x", x}, {"rows", rows}});
  Shape shape = x.shape();
  shape[0] = rows.size();
  require(source.shape() == shape, "index_add", "source.shape == [rows.shape[0], x.shape[1:]]",
          {{"x", x}, {"rows", rows}, {"source", source}});
  require_indices("index_add", rows, x.dim(0));
  const Parent parents[] = {x, source};
  Tensor y = x.exclusive() && !x.requires_grad() ? std::move(x) : x.clone();
  const Index width = rows.size() ? source.size() / rows.size() : 0;
  dispatch(y.dtype(), [&]<class T>(T) {
    const std::int64_t* const row = rows.data<std::int64_t>();
    const T* from = source.data<T>();
    T* const all = y.mutable_data<T>();
    const FlushDenormals flush;
    for (Index i = 0; i < rows.size(); ++i, from += width) {
      T* to = all + row[i] * width;
      if (width < Simd<T>::width) {  // a few numbers, for which a padded register would be slow
        for (Index j = 0; j < width; ++j) to[j] += from[j];
        continue;
      }
      kernels::map_range(
          0, width, to, [](auto u, auto v) { return u + v; }, kernels::Stream<T>{to}, kernels::Stream<T>{from});
    }
  });
  return record(
      "index_add", parents, std::move(y), [](const Tensor& dy) { return dy; },
      [rows = Saved(rows)](const Tensor& dy) { return gather_rows(dy, *rows); });
}

Tensor one_hot(const Tensor& labels, Index classes, DType dtype) {
  require_defined("one_hot", {{"labels", labels}});
  if (!is_floating(dtype))
    throw_dtype_error("one_hot: its numbers are float32 or float64, not " + std::string(name_of(dtype)), {}, {});
  require_indices("one_hot", labels, classes);
  Shape shape = labels.shape();
  shape.push_back(classes);
  Tensor y = zeros(shape, dtype);
  const std::int64_t* label = labels.data<std::int64_t>();
  dispatch(dtype, [&]<class T>(T) {
    T* to = y.mutable_data<T>();
    for (Index i = 0; i < labels.size(); ++i) to[i * classes + label[i]] = T(1);
  });
  return y;
}

}  // namespace tandem
