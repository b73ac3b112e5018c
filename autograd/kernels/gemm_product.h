#pragma once

#include "autograd/shape.h"

namespace tandem::kernels {

/// Element (i, j) at data[i * row + j * column].
template <class T>
struct Strided {
  T* data;
  Index row, column;
  // Inlined by force: a copy of theirs made for one processor must not be called on another.
  [[gnu::always_inline]] Strided from_row(Index i) const { return {data + i * row, row, column}; }
  [[gnu::always_inline]] Strided from_column(Index j) const { return {data + j * column, row, column}; }
};

constexpr Index product_depth = 1024;  ///< the largest k of a product that a kernel is given

/// out [rows, columns] = left [rows, k] right [k, columns] (+ bias) (+ out), all through strides, so that the
/// transposed problem, right^T left^T, is one of these too.
template <class T>
struct Product {
  Index rows, columns, k;
  Strided<const T> left, right;
  Strided<T> out;
  Strided<const T> bias;  ///< strides of 0 and 1, of which 0 repeats it; data may be null
  bool accumulate;

  Product transposed() const {
    const auto flip = [](auto s) { return decltype(s){s.data, s.column, s.row}; };
    return {columns, rows, k, flip(right), flip(left), flip(out), flip(bias), accumulate};
  }
};

/// One instruction set's way to compute a product, in tiles of at most `rows` x `panel` elements.
///
/// The elements of `right` are wanted in panels: `panel` columns, for each step of k next to each other.
template <class T>
struct TileKernel {
  const char* name;
  Index rows;   ///< of a tile: as many as the registers hold sums for
  Index panel;  ///< columns of a tile

  /// Copies the steps `first` to `last` of panel number `index` of `right` to where they belong in `packed` [k, panel], with
  /// zeros past the last column. `shared`: other threads will read it.
  void (*pack)(const Product<T>& product, Index index, Index first, Index last, bool shared, T* packed);
  /// Computes the tiles `first` to `last`, counted row of tiles by row of tiles, which takes `left` from
  /// memory once; there are `blocks` rows of tiles, of nearly the same height. `packed` holds all panels; if it is null,
  /// they are taken from `right` as they stand.
  void (*multiply)(const Product<T>& product, const T* packed, Index blocks, Index first, Index last);
  /// Computes the rows `first` to `last` without packing, for few columns; left's columns and right's rows are
  /// contiguous.
  void (*multiply_by_columns)(const Product<T>& product, Index first, Index last);
};

/// Null where the compiler cannot make them for this processor family.
template <class T>
const TileKernel<T>* avx512_kernel();
template <class T>
const TileKernel<T>* avx2_kernel();
template <class T>
const TileKernel<T>* portable_kernel();

/// The reference: the same product by Eigen.
template <class T>
void multiply_with_eigen(const Product<T>& product);

}  // namespace tandem::kernels
