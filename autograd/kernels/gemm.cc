#include "autograd/kernels/gemm.h"

#include <Eigen/Core>

#include "autograd/threads.h"

namespace tandem::kernels {
namespace {

template <class T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using ColumnMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
using Stride = Eigen::OuterStride<>;
template <class Matrix>
using View = Eigen::Map<const Matrix, Eigen::Unaligned, Stride>;
template <class T>
using Result = Eigen::Map<RowMajor<T>, Eigen::Unaligned, Stride>;

/// Calls f with an Eigen map of the view; a transposed row-major matrix is a column-major one.
template <class T, class F>
void with_map(const MatrixView<T>& x, Index rows, Index columns, F f) {
  if (x.transposed)
    f(View<ColumnMajor<T>>(x.data, rows, columns, Stride(x.stride)));
  else
    f(View<RowMajor<T>>(x.data, rows, columns, Stride(x.stride)));
}

template <class T>
void multiply_block(Index m, Index n, Index k, const MatrixView<T>& a, const MatrixView<T>& b, Result<T> c,
                    bool accumulate) {
  if (!accumulate) c.setZero();  // as Eigen's `=` does too; one form of the product halves the code
  with_map(a, m, k, [&](const auto& left) {
    with_map(b, k, n, [&](const auto& right) { c.noalias() += left * right; });
  });
}

template <class T>
MatrixView<T> from_row(const MatrixView<T>& x, Index row) {
  return {x.data + (x.transposed ? row : row * x.stride), x.stride, x.transposed};
}
template <class T>
MatrixView<T> from_column(const MatrixView<T>& x, Index column) {
  return {x.data + (x.transposed ? column * x.stride : column), x.stride, x.transposed};
}

constexpr Index flops_per_block = 4'000'000;  ///< multiply-adds that pay for waking a thread
constexpr Index panel = 64;                   ///< cuts fall on multiples of this

}  // namespace

// C is cut along its longer side into pieces of equal work; how many follows from the shape alone.
template <class T>
void gemm(Index m, Index n, Index k, MatrixView<T> a, MatrixView<T> b, T* c, bool accumulate) {
  if (m == 0 || n == 0) return;
  const bool by_rows = m >= n;
  const Index extent = by_rows ? m : n;
  const Index pieces = std::clamp<Index>(m * n * k / flops_per_block, 1, (extent + panel - 1) / panel);
  const Index width = ((extent + pieces - 1) / pieces + panel - 1) / panel * panel;
  parallel_for((extent + width - 1) / width, 1, [&](Index first, Index last) {
    for (Index piece = first; piece < last; ++piece) {
      const Index begin = piece * width, count = std::min(width, extent - begin);
      if (by_rows)
        multiply_block<T>(count, n, k, from_row(a, begin), b,
                          Result<T>(c + begin * n, count, n, Stride(n)), accumulate);
      else
        multiply_block<T>(m, count, k, a, from_column(b, begin), Result<T>(c + begin, m, count, Stride(n)),
                          accumulate);
    }
  });
}

template void gemm(Index, Index, Index, MatrixView<float>, MatrixView<float>, float*, bool);
template void gemm(Index, Index, Index, MatrixView<double>, MatrixView<double>, double*, bool);

}  // namespace tandem::kernels
