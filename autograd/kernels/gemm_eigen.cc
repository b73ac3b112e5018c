#include <Eigen/Core>
#include <algorithm>

#include "autograd/kernels/gemm_product.h"
#include "autograd/threads.h"

namespace tandem::kernels {
namespace {

using Eigen::Dynamic;
template <class T, int order>
using Matrix = Eigen::Matrix<T, Dynamic, Dynamic, order>;
template <class T, int order>
using ConstView = Eigen::Map<const Matrix<T, order>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <class T>
using Result = Eigen::Map<Matrix<T, Eigen::RowMajor>, Eigen::Unaligned, Eigen::OuterStride<>>;

/// Calls f with an Eigen map of the factor, which is row-major or column-major.
template <class T, class F>
void with_map(const Strided<const T>& x, Index rows, Index columns, F f) {
  if (x.column == 1) f(ConstView<T, Eigen::RowMajor>(x.data, rows, columns, Eigen::OuterStride<>(x.row)));
  else f(ConstView<T, Eigen::ColMajor>(x.data, rows, columns, Eigen::OuterStride<>(x.column)));
}

template <class T>
void multiply_block(const Product<T>& product) {
  const Index m = product.rows, n = product.columns, k = product.k;
  Result<T> out(product.out.data, m, n, Eigen::OuterStride<>(product.out.row));
  if (!product.accumulate) out.setZero();  // as Eigen's `=` does too; one form of the product halves the code
  if (product.bias.data) out.rowwise() += Eigen::Map<const Matrix<T, Eigen::RowMajor>>(product.bias.data, 1, n).row(0);
  with_map(product.left, m, k, [&](const auto& left) {
    with_map(product.right, k, n, [&](const auto& right) { out.noalias() += left * right; });
  });
}

constexpr Index work_per_block = 4'000'000;  ///< multiply-adds that pay for waking a thread
constexpr Index cut = 64;                    ///< blocks begin at multiples of this

}  // namespace

// The longer side is cut into blocks of equal work; how many follows from the shape alone.
template <class T>
void multiply_with_eigen(const Product<T>& product) {
  const bool by_rows = product.rows >= product.columns;
  const Index extent = by_rows ? product.rows : product.columns, cuts = ceil_div(extent, cut);
  const Index blocks = std::clamp<Index>(product.rows * product.columns * product.k / work_per_block, 1, cuts);
  const Index width = ceil_div(cuts, blocks) * cut;
  parallel_for(ceil_div(extent, width), 1, [&](Index first, Index last) {
    for (Index begin = first * width; begin < std::min(last * width, extent); begin += width) {
      Product<T> block = product;
      (by_rows ? block.rows : block.columns) = std::min(width, extent - begin);
      if (by_rows) {
        block.left = product.left.from_row(begin);
        block.out = product.out.from_row(begin);
      } else {
        block.right = product.right.from_column(begin);
        block.out = product.out.from_column(begin);
        if (block.bias.data) block.bias = product.bias.from_column(begin);
      }
      multiply_block(block);
    }
  });
}

template void multiply_with_eigen(const Product<float>&);
template void multiply_with_eigen(const Product<double>&);

}  // namespace tandem::kernels
