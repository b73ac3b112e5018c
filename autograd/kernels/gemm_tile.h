#pragma once

#include <utility>

#include "autograd/kernels/gemm_pack.h"
#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/gemm_row.h"
#include "autograd/kernels/gemm_thin.h"
#include "autograd/kernels/registers.h"

// The matrix product for one instruction set. Each .cc that includes this file is compiled with other flags; everything
// here is in an anonymous namespace, so that the linker never takes a function of one for that of another.

namespace tandem::kernels {
namespace {

/// 0, 1, 2, ...: every step of k.
constexpr struct EveryStep {
  Step at[product_depth];
  constexpr EveryStep() : at() {
    for (Index i = 0; i < product_depth; ++i) at[i] = static_cast<Step>(i);
  }
} every_step;

/// `bytes` is the size of a register; a tile has `max_rows` x 2 registers of sums, with room left for two of
/// `right` and one of `left`.
template <class T, int bytes, int max_rows>
struct Tile : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::load, R::store, R::transpose, R::width;
  using typename R::Vector;

  static constexpr Index panel = 2 * width;
  /// Rows of a tile that is one strip wide: enough sums to keep the multipliers busy despite their latency of four
  /// cycles.
  static constexpr int strip_rows = max_rows < 8 ? 2 * max_rows : max_rows;
  /// Steps of k by which a panel is prefetched. Half of it was packed by other threads, and what lies in the cache of a
  /// core that shares none with this one takes some 200 ns to arrive.
  static constexpr Index ahead = 32;
  /// A result of up to this many numbers is not prefetched: it lies in a cache, or arrives there at once.
  static constexpr Index at_hand = 4096;
  /// Up to this many rows, transposing number by number is faster than in squares.
  static constexpr Index few = 4;

  /// sums [rows, vectors * width] = left [rows, k] right [k, vectors * width] (+ bias), summed over the steps of k of
  /// some runs, in the order of k; rows of sums are sums_row apart. `contiguous`: left's rows are 1 apart and its
  /// columns left_stride, else the other way round. What the sums need is passed in registers: through memory, it would
  /// wait for all writes of the tile before.
  template <int rows, int vectors, bool contiguous>
  static void multiply(const Run* run, const Step* steps, const T* right, Index right_row, const T* left,
                       Index left_stride, const Run* end, T* sums, Index sums_row, const T* bias) {
    Vector sum[rows][vectors];  // in registers only if no loop over it is left
#pragma GCC unroll 32
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sum[r][v] = Vector{};
    do {
      const T* from = right + run->begin * right_row;
      const Step* step = steps + run->begin;
      for (const Step* const last = step + run->count; step != last; ++step, from += right_row) {
        Vector b[vectors];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) b[v] = load(from + v * width);
        for (int v = 0; v < vectors; ++v) __builtin_prefetch(from + ahead * right_row + v * width);
        const T* a = left + *step * (contiguous ? left_stride : 1);
        if constexpr (contiguous) __builtin_prefetch(a + 8 * left_stride);
#pragma GCC unroll 32
        for (int r = 0; r < rows; ++r) {
          if (!contiguous && r > 0 && r % 3 == 0) a += 3 * left_stride;  // a + {0, 1, 2} strides is one address mode
          const T repeated = contiguous ? a[r] : a[(r % 3) * left_stride];
#pragma GCC unroll 2
          for (int v = 0; v < vectors; ++v) sum[r][v] += repeated * b[v];
        }
      }
    } while (++run != end);
    // 0 is added, also to a bias of -0, to turn -0 into 0: then the sign of a zero depends neither on the skipped steps
    // nor on whether the sums are written at once.
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      const Vector b = (bias ? load(bias + v * width) : Vector{}) + Vector{};
#pragma GCC unroll 32
      for (int r = 0; r < rows; ++r) sum[r][v] += b;
    }
#pragma GCC unroll 32
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) store(sums + r * sums_row + v * width, sum[r][v]);
  }

  using Multiply = void (*)(const Run*, const Step*, const T*, Index, const T*, Index, const Run*, T*, Index, const T*);
  template <int vectors, bool contiguous, int... r>
  static Multiply function(Index rows, std::integer_sequence<int, r...>) {
    static constexpr Multiply functions[] = {multiply<r + 1, vectors, contiguous>...};
    return functions[rows - 1];
  }
  static Multiply function(Index rows, Index vectors, bool contiguous) {
    constexpr std::make_integer_sequence<int, max_rows> rows_of_two;
    constexpr std::make_integer_sequence<int, strip_rows> rows_of_one;
    if (vectors == 1) return contiguous ? function<1, true>(rows, rows_of_one) : function<1, false>(rows, rows_of_one);
    return contiguous ? function<2, true>(rows, rows_of_two) : function<2, false>(rows, rows_of_two);
  }

  /// Prefetches the memory that a tile will be written to, so that it arrives while the tile is computed: the hardware
  /// does not predict accesses to a few numbers of each row. Forced inline: GCC 12 drops a call that does nothing else.
  [[gnu::always_inline]] static void fetch(const Product<T>& product, Index i0, Index j0, Index rows, Index columns) {
    constexpr Index cache_line = 64 / static_cast<Index>(sizeof(T));
    const auto out = product.out.from_row(i0).from_column(j0);
    const bool turned = out.column != 1;
    const Index lines = turned ? columns : rows, apart = turned ? out.column : out.row;
    const Index length = turned ? rows : columns;
    for (Index i = 0; i < lines; ++i)
      for (Index j = 0; j < length; j += cache_line) __builtin_prefetch(out.data + i * apart + j, 1);
  }

  /// Adds the bias to one tile's sums, in rows `stride` apart, and writes them to out.
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
        transpose(sums + i * stride + j, stride, [&](Index lane, Vector v) { store(turned + lane * width, v); });
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

  /// Whether left holds no NaN and no infinity in the rows `first` to `last`.
  static bool is_finite(const Product<T>& product, Index first, Index last) {
    const bool contiguous = product.left.row == 1;
    const Index lines = contiguous ? product.k : last - first, length = contiguous ? last - first : product.k;
    const T* line = product.left.from_row(first).data;
    Vector nothing[4] = {};  // NaN, once a NaN or an infinity has been multiplied by 0
    T rest = 0;
    for (Index i = 0; i < lines; ++i, line += contiguous ? product.left.column : product.left.row) {
      Index j = 0;
      for (; j + 4 * width <= length; j += 4 * width)
#pragma GCC unroll 4
        for (Index v = 0; v < 4; ++v) nothing[v] += load(line + j + v * width) * T(0);
      for (; j + width <= length; j += width) nothing[0] += load(line + j) * T(0);
      for (; j < length; ++j) rest += line[j] * T(0);
    }
    const Vector all = (nothing[0] + nothing[1]) + (nothing[2] + nothing[3]);
    for (Index lane = 0; lane < width; ++lane) rest += all[lane];
    return rest == 0;
  }
  /// Adds to each row of sums, `width` numbers, what the steps that a strip skips would have added: 0, or NaN where 0
  /// meets a NaN or an infinity of left.
  static void add_left_out(const Product<T>& product, Index row, Index rows, const Run* run, const Run* end,
                           const Step* steps, T* sums, Index sums_row) {
    const auto left = product.left.from_row(row);
    for (Index i = 0; i < rows; ++i) {
      T nothing = 0;
      Index next = 0;
      const auto leave_out = [&](Index to) {
        for (; next < to; ++next) nothing += left.data[i * left.row + next * left.column] * T(0);
      };
      for (const Run* r = run; r != end; ++r)
        for (Index s = r->begin; s < r->begin + r->count; ++s) {
          leave_out(steps[s]);
          ++next;
        }
      leave_out(product.k);
      for (Index j = 0; j < width; ++j) sums[i * sums_row + j] += nothing;
    }
  }

  static void multiply_tiles(const Product<T>& product, const Packed<T>& packed, Index blocks, Index first,
                             Index last) {
    alignas(64) T sums[(strip_rows + width - 1) / width * width * panel];  // whole squares, to be transposed
    const bool strips = packed.form == Form::strips, in_place = packed.form == Form::in_place;
    const Index wide = strips ? width : panel, panels = (product.columns + wide - 1) / wide;
    const bool contiguous = product.left.row == 1;
    const Index left_stride = contiguous ? product.left.column : product.left.row;
    const Index right_row = in_place ? product.right.row : wide;
    const Run whole{0, static_cast<Step>(product.k)};
    const auto first_row = [&](Index block) { return product.rows * block / blocks; };
    const bool all_finite =
        !strips || is_finite(product, first_row(first / panels), first_row((last - 1) / panels + 1));
    for (Index t = first; t < last;) {
      const Index block = t / panels;
      // Blocks of nearly the same height: a row of a block of 2 takes as long as two rows of a block of 14.
      const Index i0 = first_row(block), i1 = first_row(block + 1);
      const bool finite = all_finite || is_finite(product, i0, i1);  // one NaN slows down only one block
      const bool plain = product.out.column == 1 && product.bias.row == 0 && !product.accumulate && finite;
      const T* const left = product.left.data + i0 * product.left.row;
      for (Index j0 = t % panels * wide; j0 < product.columns && t < last; j0 += wide, ++t) {
        const Index columns = smaller(wide, product.columns - j0);
        const Index vectors = columns > width ? 2 : 1;
        if (product.rows * product.columns > at_hand) fetch(product, i0, j0, i1 - i0, columns);
        const bool as_it_stands = plain && columns == vectors * width;  // else it goes through `sums`
        T* const to = as_it_stands ? product.out.data + i0 * product.out.row + j0 : sums;
        const T* const bias = as_it_stands && product.bias.data ? product.bias.data + j0 : nullptr;
        const Index to_row = as_it_stands ? product.out.row : vectors * width;
        const T* const right = in_place ? product.right.data + j0 : packed.numbers + j0 * product.k;
        const Step* const steps = strips ? packed.steps + j0 / width * product.k : every_step.at;
        const Run* const run = strips ? packed.runs + j0 / width * packed.shares : &whole;
        const Run* const end = strips ? run + packed.shares : &whole + 1;
        function(i1 - i0, vectors, contiguous)(run, steps, right, right_row, left, left_stride, end, to, to_row, bias);
        if (!finite) add_left_out(product, i0, i1 - i0, run, end, steps, sums, to_row);
        if (!as_it_stands) write(product, i0, j0, i1 - i0, columns, sums, vectors * width);
      }
    }
  }

  static constexpr TileKernel<T> kernel(const char* name) {
    return {name,
            max_rows,
            panel,
            strip_rows,
            width,
            Pack<T, bytes>::pack,
            multiply_tiles,
            Thin<T, bytes>::multiply,
            Row<T, bytes>::multiply};
  }
};

}  // namespace
}  // namespace tandem::kernels
