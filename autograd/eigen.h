#pragma once

#include <Eigen/Core>

#include "autograd/tensor.h"

namespace tandem {

/// Eigen's view of a tensor's numbers: row-major, no copy. Valid while the tensor lives.
template <class T>
using ConstMatrixMap = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
template <class T>
using MatrixMap = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
template <class T>
using ConstArrayMap = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

namespace detail {
inline Index last_extent(const Tensor& x) { return x.rank() == 0 ? 1 : x.dim(-1); }
inline Index leading_extent(const Tensor& x) {
  Index rows = 1;
  for (int i = 0; i + 1 < x.rank(); ++i) rows *= x.shape()[i];
  return rows;
}
}  // namespace detail

template <class T>
auto Tensor::matrix() const {
  return ConstMatrixMap<T>(data<T>(), detail::leading_extent(*this), detail::last_extent(*this));
}
template <class T>
auto Tensor::mutable_matrix() {
  return MatrixMap<T>(mutable_data<T>(), detail::leading_extent(*this), detail::last_extent(*this));
}
template <class T>
auto Tensor::array() const {
  return ConstArrayMap<T>(data<T>(), size());
}

/// A tensor of shape [rows, columns] with a copy of any Eigen expression's numbers.
template <class Derived>
Tensor from_eigen(const Eigen::DenseBase<Derived>& expression) {
  using T = typename Derived::Scalar;
  Tensor x({expression.rows(), expression.cols()}, dtype_of<T>);
  x.mutable_matrix<T>() = expression.derived().matrix();
  return x;
}

}  // namespace tandem
