#pragma once

#include <cstring>
#include <utility>

#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/gemm_registers.h"

// The matrix product for one instruction set. Each .cc that includes this file is compiled with other flags;
// everything here is in an anonymous namespace so that no function of one is ever taken for that of another.

namespace tandem::kernels {
namespace {

constexpr Index smaller(Index a, Index b) { return a < b ? a : b; }

/// `bytes` is the size of a register; a tile has `max_rows` x 2 registers of sums, with room left for two of
/// `right` and one of `left`.
template <class T, int bytes, int max_rows>
struct Tile : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::load, R::load_some, R::store, R::stream, R::transpose, R::width;
  using typename R::Vector;

  static constexpr Index panel = 2 * width;
  /// Steps of k by which a panel is fetched early. Half of it was packed by other threads, and what lies in the cache of
  /// a core that shares none with this one takes some 200 ns to come.
  static constexpr Index ahead = 32;
  /// A result of so many numbers lies in a cache, or comes to it at once, and is not asked for.
  static constexpr Index at_hand = 4096;
  /// So many rows are turned number by number sooner than in squares.
  static constexpr Index few = 4;

  /// sums [rows, vectors * width] = left [rows, k] right [k, vectors * width] (+ bias), summed in the order of k; rows of sums
  /// are sums_row apart.
  /// `contiguous`: left's rows are 1 apart and its columns left_stride, else the other way round. Numbers and pointers only,
  /// which come in registers: on its way through memory a struct would wait for all the writes of the tile before.
  template <int rows, int vectors, bool contiguous>
  static void multiply(Index k, const T* left, Index left_stride, const T* right, Index right_row, T* sums,
                       Index sums_row, const T* bias) {
    Vector sum[rows][vectors];  // in registers only if no loop over it is left
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sum[r][v] = Vector{};
    constexpr int bases = contiguous ? 1 : (rows + 2) / 3;  // base + {0, 1, 2} strides is one address mode
    const T* base[bases];
    for (int i = 0; i < bases; ++i) base[i] = left + 3 * i * left_stride;
    const Index step = contiguous ? left_stride : 1;
    for (Index p = 0; p < k; ++p) {
      Vector b[vectors];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) b[v] = load(right + v * width);
      for (int v = 0; v < vectors; ++v) __builtin_prefetch(right + ahead * right_row + v * width);
      if constexpr (contiguous) __builtin_prefetch(base[0] + 8 * step);
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r) {
        const T a = contiguous ? base[0][r] : base[r / 3][(r % 3) * left_stride];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) sum[r][v] += a * b[v];
      }
      right += right_row;
#pragma GCC unroll 8
      for (int i = 0; i < bases; ++i) base[i] += step;
    }
    if (bias)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) {
        const Vector b = load(bias + v * width);
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) sum[r][v] += b;
      }
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) store(sums + r * sums_row + v * width, sum[r][v]);
  }

  using Multiply = void (*)(Index, const T*, Index, const T*, Index, T*, Index, const T*);
  template <int vectors, bool contiguous, int... r>
  static Multiply function(Index rows, std::integer_sequence<int, r...>) {
    static constexpr Multiply functions[] = {multiply<r + 1, vectors, contiguous>...};
    return functions[rows - 1];
  }
  static Multiply function(Index rows, Index vectors, bool contiguous) {
    constexpr std::make_integer_sequence<int, max_rows> all;
    if (vectors == 1) return contiguous ? function<1, true>(rows, all) : function<1, false>(rows, all);
    return contiguous ? function<2, true>(rows, all) : function<2, false>(rows, all);
  }

  /// Asks for the memory that a tile will be written to, so that it comes while the tile is computed: the hardware
  /// does not foresee a few numbers of each row. Inlined by force: GCC 12 drops a call that does nothing else.
  [[gnu::always_inline]] static void fetch(const Product<T>& product, Index i0, Index j0, Index rows, Index columns) {
    constexpr Index cache_line = 64 / static_cast<Index>(sizeof(T));
    const auto out = product.out.from_row(i0).from_column(j0);
    const bool turned = out.column != 1;
    const Index lines = turned ? columns : rows, apart = turned ? out.column : out.row;
    const Index length = turned ? rows : columns;
    for (Index i = 0; i < lines; ++i)
      for (Index j = 0; j < length; j += cache_line) __builtin_prefetch(out.data + i * apart + j, 1);
  }

  /// Writes one tile's sums, `stride` apart, where they belong.
  static void write(const Product<T>& product, Index i0, Index j0, Index rows, Index columns, T* sums, Index stride) {
    const auto out = product.out.from_row(i0).from_column(j0);
    if (product.bias.data) {
      const auto bias = product.bias.from_row(i0).from_column(j0);
      for (Index i = 0; i < rows; ++i) add(sums + i * stride, bias.data + i * bias.row, columns, bias.column);
    }
    if (out.column == 1) {
      for (Index i = 0; i < rows; ++i) {
        T* to = out.data + i * out.row;
        if (columns == stride)
          for (Index j = 0; j < stride; j += width) put(to + j, sums + i * stride + j, width, product.accumulate);
        else
          for (Index j = 0; j < columns; j += width)
            put(to + j, sums + i * stride + j, smaller(width, columns - j), product.accumulate);
      }
      return;
    }
    if (rows <= few) {
      for (Index j = 0; j < columns; ++j)
        for (Index i = 0; i < rows; ++i) {
          T& to = out.data[j * out.column + i];
          to = sums[i * stride + j] + (product.accumulate ? to : T(0));
        }
      return;
    }
    alignas(64) T turned[width * width];
    for (Index i = 0; i < rows; i += width)
      for (Index j = 0; j < columns; j += width) {
        transpose(sums + i * stride + j, stride, turned, width);
        for (Index lane = 0; lane < smaller(width, columns - j); ++lane)
          put(out.data + i + (j + lane) * out.column, turned + lane * width, smaller(width, rows - i),
              product.accumulate);
      }
  }
  /// to[0 ... n) += from[0], or += from[0 ... n) with a step of 1.
  static void add(T* to, const T* from, Index n, Index step) {
    const T repeated = *from;
    if (step == 0)
      for (Index j = 0; j < n; ++j) to[j] += repeated;
    else
      for (Index j = 0; j < n; ++j) to[j] += from[j];
  }
  /// to[0 ... n) = from[0 ... n), or += from, for n <= width.
  static void put(T* to, const T* from, Index n, bool accumulate) {
    if (accumulate)
      for (Index i = 0; i < n; ++i) to[i] += from[i];
    else if (n == width) store(to, load(from));
    else R::template copy<width / 2>(to, from, n);
  }
  static void multiply_tiles(const Product<T>& product, const T* packed, Index blocks, Index first, Index last) {
    alignas(64) T sums[(max_rows + width - 1) / width * width * panel];  // whole squares, to be transposed
    const Index panels = (product.columns + panel - 1) / panel;
    const bool contiguous = product.left.row == 1;
    const bool plain = product.out.column == 1 && product.bias.row == 0 && !product.accumulate;
    for (Index t = first; t < last;) {
      const Index block = t / panels;
      // Blocks of nearly the same height: a block of 2 rows costs as much time per row as two of 14.
      const Index i0 = product.rows * block / blocks, i1 = product.rows * (block + 1) / blocks;
      const T* const left = product.left.data + i0 * product.left.row;
      for (Index j0 = t % panels * panel; j0 < product.columns && t < last; j0 += panel, ++t) {
        const Index columns = smaller(panel, product.columns - j0);
        const Index vectors = columns > width ? 2 : 1;
        const T* right = packed ? packed + j0 * product.k : product.right.data + j0;
        if (product.rows * product.columns > at_hand) fetch(product, i0, j0, i1 - i0, columns);
        const bool as_it_stands = plain && columns == vectors * width;  // else it goes through `sums`
        T* const to = as_it_stands ? product.out.data + i0 * product.out.row + j0 : sums;
        const T* const bias = as_it_stands && product.bias.data ? product.bias.data + j0 : nullptr;
        function(i1 - i0, vectors, contiguous)(product.k, left, contiguous ? product.left.column : product.left.row,
                                               right, packed ? panel : product.right.row, to,
                                               as_it_stands ? product.out.row : vectors * width, bias);
        if (!as_it_stands) write(product, i0, j0, i1 - i0, columns, sums, vectors * width);
      }
    }
  }

  /// The products of two rows with one column, all of them contiguous: the registers run along k, and their lanes are
  /// added at the end. Four registers of each row at a time: the longer the stretches of memory, the nearer to what the
  /// caches give.
  [[gnu::always_inline]] static void multiply_two(Index k, const T* upper, const T* lower, const T* right,
                                                  T (&total)[2]) {
    constexpr Index stretch = 4;
    Vector sum[2][stretch] = {};
    Index p = 0;
    for (; p + stretch * width <= k; p += stretch * width)
#pragma GCC unroll 4
      for (Index s = 0; s < stretch; ++s) {
        const Vector b = load(right + p + s * width);
        sum[0][s] += load(upper + p + s * width) * b;
        sum[1][s] += load(lower + p + s * width) * b;
      }
    for (; p < k; p += width) {
      const Index rest = smaller(width, k - p);
      const Vector b = load_some(right + p, rest);
      sum[0][0] += load_some(upper + p, rest) * b;
      sum[1][0] += load_some(lower + p, rest) * b;
    }
#pragma GCC unroll 2
    for (Index r = 0; r < 2; ++r) total[r] = R::sum((sum[r][0] + sum[r][1]) + (sum[r][2] + sum[r][3]));
  }
  /// Rows of out for a few columns of right, as one image's.
  static void multiply_by_columns(const Product<T>& product, Index first, Index last) {
    const T* const left = product.left.data;
    const Index k = product.k, left_row = product.left.row, out_row = product.out.row, bias_row = product.bias.row;
    const bool accumulate = product.accumulate;
    for (Index j = 0; j < product.columns; ++j) {
      const T* const right = product.right.from_column(j).data;
      const T* const bias = product.bias.data ? product.bias.from_column(j).data : nullptr;
      T* const out = product.out.from_column(j).data;
      for (Index i = first; i < last; i += 2) {
        const Index next = smaller(i + 1, last - 1);  // the last row of an odd number is computed twice
        T total[2];
        multiply_two(k, left + i * left_row, left + next * left_row, right, total);
        if (bias) total[0] += bias[i * bias_row], total[1] += bias[next * bias_row];
        if (accumulate) total[0] += out[i * out_row], total[1] += out[next * out_row];
        out[i * out_row] = total[0];
        out[next * out_row] = total[1];
      }
    }
  }

  static void pack(const Product<T>& product, Index index, Index first, Index last, bool shared, T* packed) {
    if (!shared) return pack_by<store>(product, index, first, last, packed);
    pack_by<stream>(product, index, first, last, packed);
    R::end_stream();
  }
  template <void (*put)(T*, Vector)>
  static void pack_by(const Product<T>& product, Index index, Index first, Index last, T* packed) {
    const auto right = product.right.from_column(index * panel);
    const Index all = smaller(panel, product.columns - index * panel);
    const Index columns[2] = {smaller(width, all), all - smaller(width, all)};
    if (right.column == 1) {
      for (Index p = first; p < last; ++p)
        for (Index half = 0; half < 2; ++half)
          put(packed + p * panel + half * width, load_some(right.data + p * right.row + half * width, columns[half]));
    } else {
      for (Index half = 0; half < 2; ++half)
        pack_columns<put>(right.from_column(half * width), columns[half], first, last, packed + half * width);
    }
  }
  /// Where the steps of k lie next to each other in memory.
  template <void (*put)(T*, Vector)>
  static void pack_columns(Strided<const T> right, Index columns, Index first, Index last, T* to) {
    alignas(bytes) T square[width * width];
    Index p = first;
    for (; p + width <= last; p += width) {
      if (columns == width) {
        R::template transpose<put>(right.data + p, right.column, to + p * panel, panel);
        continue;
      }
      for (Index j = 0; j < columns; ++j) store(square + j * width, load(right.data + p + j * right.column));
      for (Index j = columns; j < width; ++j) store(square + j * width, Vector{});
      transpose(square, width, square, width);
      for (Index q = 0; q < width; ++q) put(to + (p + q) * panel, load(square + q * width));
    }
    for (; p < last; ++p) {
      for (Index j = 0; j < columns; ++j) to[p * panel + j] = right.data[p + j * right.column];
      for (Index j = columns; j < width; ++j) to[p * panel + j] = 0;
    }
  }

  static constexpr TileKernel<T> kernel(const char* name) {
    return {name, max_rows, panel, pack, multiply_tiles, multiply_by_columns};
  }
};

}  // namespace
}  // namespace tandem::kernels
