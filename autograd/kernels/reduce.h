#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "autograd/denormals.h"
#include "autograd/simd.h"
#include "autograd/threads.h"

namespace tandem::kernels {

// Reductions of a row-major [rows, n] block along its rows (the inner axis) or down its columns (the outer
// axis). Sums are cut at places that depend on the shape alone, and the partial sums are added in order, so that
// results do not depend on the number of threads. Partial sums of a whole array, or of a long row, are added in double
// precision.

struct Sum {
  template <class V>
  V start() const {
    return V(0);
  }
  template <class V>
  V operator()(V a, V b) const {
    return a + b;
  }
};
/// NaN if there is one.
struct Max {
  template <class V>
  V start() const {
    return V(-std::numeric_limits<double>::infinity());
  }
  template <class V>
  V operator()(V a, V b) const {
    if constexpr (std::is_floating_point_v<V>) return b > a || std::isnan(b) ? b : a;
    else return max(a, b);
  }
};

/// fold(x[0], ..., x[n-1]), one after the other.
template <class T, class Fold>
T reduce_in_turn(const T* x, Index n, Fold fold) {
  T result = fold.template start<T>();
  for (Index i = 0; i < n; ++i) result = fold(result, x[i]);
  return result;
}

/// fold of all lanes of a register.
template <class T, class Fold>
T reduce_lanes(Simd<T> x, Fold fold) {
  if constexpr (std::is_same_v<Fold, Max>)
    if (const T largest = x.max_or_infinity(); largest < std::numeric_limits<T>::infinity()) return largest;
  T lanes[Simd<T>::width];
  x.store(lanes);
  return reduce_in_turn(lanes, Simd<T>::width, fold);
}

/// fold of n numbers in four registers at once. load(i, count) returns `count` of them, from the i-th on, padded to a
/// whole register with numbers that change nothing.
template <class T, class Fold, class Load>
T reduce_registers(Index n, Fold fold, Load load) {
  using V = Simd<T>;
  constexpr Index w = V::width;
  V sums[4] = {fold.template start<V>(), fold.template start<V>(), fold.template start<V>(), fold.template start<V>()};
  Index i = 0;
  for (; i + 4 * w <= n; i += 4 * w)
    for (int j = 0; j < 4; ++j) sums[j] = fold(sums[j], load(i + j * w, w));
  for (; i < n; i += w) sums[0] = fold(sums[0], load(i, std::min(w, n - i)));
  return reduce_lanes(fold(fold(sums[0], sums[1]), fold(sums[2], sums[3])), fold);
}

/// The first count <= width numbers at x, and `rest` behind them.
template <class T>
Simd<T> load_first(const T* x, Index count, T rest) {
  return count == Simd<T>::width ? Simd<T>::load(x) : Simd<T>::load_some(x, static_cast<int>(count), rest);
}

/// fold(x[0], ..., x[n-1]); the sum of at most one register's numbers is taken in order.
template <class T, class Fold>
T reduce_contiguous(const T* x, Index n, Fold fold) {
  const auto load = [=](Index i, Index count) { return load_first(x + i, count, fold.template start<T>()); };
  if (n > Simd<T>::width) return reduce_registers<T>(n, fold, load);
  if constexpr (std::is_same_v<Fold, Sum>) return reduce_in_turn(x, n, fold);
  else return reduce_lanes(load(0, n), fold);
}

/// Numbers that are summed up in T, for floats 64 in each lane of four registers; the sums of blocks are in double.
constexpr Index sum_block = 64 * 4 * Simd<float>::width;

/// fold of a row. Long sums are taken in blocks, since a float that has counted up to 2^24 in ones stays there.
template <class T, class Fold>
T reduce_row(const T* x, Index n, Fold fold) {
  if constexpr (std::is_same_v<Fold, Sum>)
    if (n > sum_block) {
      double total = 0;
      for (Index i = 0; i < n; i += sum_block)
        total += static_cast<double>(reduce_contiguous(x + i, std::min(sum_block, n - i), fold));
      return static_cast<T>(total);
    }
  return reduce_contiguous(x, n, fold);
}

/// Sum of a whole array, on all threads.
template <class T>
T sum_all(const T* x, Index n) {
  const FlushDenormals flush;  // for short arrays as for long ones
  constexpr Index block = sum_block;
  const Index blocks = ceil_div(n, block);
  if (blocks <= 1) return reduce_contiguous(x, n, Sum{});
  double total = 0;
  constexpr Index group = 1024;  // blocks whose sums are held at once
  double partial[group];
  for (Index first = 0; first < blocks; first += group) {
    const Index count = std::min(group, blocks - first);
    parallel_for(count, 65'536 / block, [&](Index begin, Index end) {
      for (Index b = begin; b < end; ++b) {
        const Index at = (first + b) * block;
        partial[b] = static_cast<double>(reduce_contiguous(x + at, std::min(block, n - at), Sum{}));
      }
    });
    for (Index b = 0; b < count; ++b) total += partial[b];
  }
  return static_cast<T>(total);
}

/// y[i] = fold of row i of x [rows, n].
template <class T, class Fold>
void reduce_rows(const T* x, Index rows, Index n, T* y, Fold fold) {
  parallel_for(rows, std::max<Index>(1, 16384 / std::max<Index>(n, 1)), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) y[i] = reduce_row(x + i * n, n, fold);
  });
}

/// total[k] = fold of load(i, k) over the rows i, in blocks of rows, for registers k that lie side by side.
template <int count, class V, class Fold, class Load>
void fold_rows(Index rows, V (&total)[count], Fold fold, Load load) {
  constexpr Index block = 1024;
  for (V& t : total) t = fold.template start<V>();
  for (Index first = 0; first < rows; first += block) {
    V part[count];
    for (V& p : part) p = fold.template start<V>();
    for (Index i = first; i < std::min(first + block, rows); ++i)
      for (int k = 0; k < count; ++k) part[k] = fold(part[k], load(i, k));
    for (int k = 0; k < count; ++k) total[k] = fold(total[k], part[k]);
  }
}

/// Neighbouring columns of a row-major matrix, a few registers of them, or in the last strip only a part of one.
template <class T, int registers, bool whole = true>
struct ColumnStrip {
  using V = Simd<T>;
  static constexpr int count = registers;
  Index first;           ///< column
  int width = V::width;  ///< of a register

  V load(const T* row, int k) const {
    const T* from = row + first + k * V::width;
    if constexpr (whole) return V::load(from);
    else return V::load_some(from, width);
  }
  void store(T* row, int k, V numbers) const {
    T* to = row + first + k * V::width;
    if constexpr (whole) numbers.store(to);
    else numbers.store_some(to, width);
  }
};

/// Calls body(strip) for strips that together cover n columns, on all threads; `grain` is in registers.
template <class T, class Body>
void for_column_strips(Index n, Index grain, Body body) {
  constexpr Index w = Simd<T>::width;
  parallel_for(ceil_div(n, w), grain, [&](Index begin, Index end) {
    const Index stop = std::min(end * w, n);
    Index j = begin * w;
    for (; j + 4 * w <= stop; j += 4 * w) body(ColumnStrip<T, 4>{j});
    for (; j + w <= stop; j += w) body(ColumnStrip<T, 1>{j});
    if (j < stop) body(ColumnStrip<T, 1, false>{j, static_cast<int>(stop - j)});
  });
}

/// y[j] = fold of column j of x [rows, n].
template <class T, class Fold>
void reduce_columns(const T* x, Index rows, Index n, T* y, Fold fold) {
  const Index grain = std::max<Index>(4, 65536 / Simd<T>::width / std::max<Index>(rows, 1));
  for_column_strips<T>(n, grain, [&](auto strip) {
    Simd<T> total[strip.count];
    fold_rows(rows, total, fold, [&](Index i, int k) { return strip.load(x + i * n, k); });
    for (int k = 0; k < strip.count; ++k) strip.store(y, k, total[k]);
  });
}

/// y[i, j] = fold of x[i, ..., j] for x [outer, rows, n].
template <class T, class Fold>
void reduce_middle(const T* x, Index outer, Index rows, Index n, T* y, Fold fold) {
  if (n == 1) return reduce_rows(x, outer, rows, y, fold);
  if (outer == 1) return reduce_columns(x, rows, n, y, fold);
  parallel_for(outer, std::max<Index>(1, 65536 / std::max<Index>(rows * n, 1)), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) reduce_columns(x + i * rows * n, rows, n, y + i * n, fold);
  });
}

}  // namespace tandem::kernels
