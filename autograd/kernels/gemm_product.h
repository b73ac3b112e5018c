#pragma once

#include <cstdint>

#include "autograd/shape.h"

namespace tandem::kernels {

/// Element (i, j) at data[i * row + j * column].
template <class T>
struct Strided {
  T* data;
  Index row, column;
  // Forced inline: a copy compiled for one processor must not be called on another.
  [[gnu::always_inline]] Strided from_row(Index i) const { return {data + i * row, row, column}; }
  [[gnu::always_inline]] Strided from_column(Index j) const { return {data + j * column, row, column}; }
};

constexpr Index product_depth = 1024;  ///< the largest k of a product that a kernel is given, unless it is thin
constexpr Index most_shares = 16;      ///< of k, packed side by side by the threads

using Step = std::uint16_t;  ///< a step of k, or a count of them

/// out [rows, columns] = left [rows, k] right [k, columns] (+ bias) (+ out), all through strides, so that the
/// transposed problem, right^T left^T, is one of these too.
template <class T>
struct Product {
  Index rows, columns, k;
  Strided<const T> left, right;
  Strided<T> out;
  Strided<const T> bias;  ///< strides of 0 and 1, of which 0 repeats it; data may be null
  bool accumulate;
  bool left_finite, right_finite;  ///< known to hold no NaN and no infinity; used only by products of one row

  Product transposed() const {
    const auto flip = [](auto s) { return decltype(s){s.data, s.column, s.row}; };
    return {columns, rows, k, flip(right), flip(left), flip(out), flip(bias), accumulate, right_finite, left_finite};
  }
};

/// Steps of k that are consecutive in the packed data.
struct Run {
  Step begin, count;
};

/// How the tiles find the elements of `right`.
enum class Form {
  in_place,  ///< as they stand in memory
  panels,    ///< copied to panels of columns, which lie next to each other for each step of k
  strips,    ///< half as wide, each without the steps at which all its numbers are zero: they add nothing to any sum
};

/// The elements of `right` as the tiles want them.
template <class T>
struct Packed {
  Form form;
  T* numbers;   ///< [panels, k, panel] or [strips, k, strip]
  Step* steps;  ///< of strips, [strips, k]: the steps that are kept
  Run* runs;    ///< of strips, [strips, shares]: where they stand, a run for each share of k
  Index shares;
  Index begin[most_shares + 1];  ///< where each share of k begins, and the end
};

/// One instruction set's way to compute a product, in tiles of at most `rows` x `panel` elements.
template <class T>
struct TileKernel {
  const char* name;
  Index rows, panel;        ///< of a tile: as many rows as the registers hold sums for, and columns
  Index strip_rows, strip;  ///< of a tile that is one strip wide

  /// Copies one share of k of one strip of `right` to where it belongs in `packed`, with zeros past the last column.
  /// `streamed`: past the caches, for other threads to read.
  void (*pack)(const Product<T>& product, const Packed<T>& packed, Index strip, Index share, bool streamed);
  /// Computes the tiles `first` to `last`, counted row by row, so that `left` is read from memory once. There are
  /// `blocks` rows of tiles, of nearly the same height.
  void (*multiply)(const Product<T>& product, const Packed<T>& packed, Index blocks, Index first, Index last);
  /// Computes the rows `first` to `last` without packing, for few columns; left's columns and right's rows are
  /// contiguous.
  void (*multiply_thin)(const Product<T>& product, Index first, Index last);
  /// Computes the columns `first` to `last`, at least `strip` of them, of a product of one row and a matrix whose rows
  /// are contiguous, in the same order as the tiles.
  void (*multiply_row)(const Product<T>& product, Index first, Index last);
};

/// One for each instruction set; the first two are for x86-64 alone.
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
