#pragma once

#include "autograd/kernels/gemm_product.h"
#include "autograd/kernels/registers.h"

// In an anonymous namespace, for the reason given in gemm_tile.h.

namespace tandem::kernels {
namespace {

/// Copies `right` into the layout that the tiles read.
template <class T, int bytes>
struct Pack : Registers<T, bytes> {
  using R = Registers<T, bytes>;
  using R::is_zero, R::load, R::load_some, R::store, R::stream, R::transpose, R::width;
  using typename R::Vector;
  static constexpr Index panel = 2 * width;

  static void pack(const Product<T>& product, const Packed<T>& packed, Index strip, Index share, bool streamed) {
    if (!streamed) return pack_by<store>(product, packed, strip, share);
    pack_by<stream>(product, packed, strip, share);
    R::end_stream();
  }
  template <void (*put)(T*, Vector)>
  static void pack_by(const Product<T>& product, const Packed<T>& packed, Index strip, Index share) {
    const Index k = product.k, first = packed.begin[share], last = packed.begin[share + 1];
    const auto right = product.right.from_column(strip * width);
    const Index columns = smaller(width, product.columns - strip * width);
    if (packed.form == Form::strips) {
      T* const to = packed.numbers + strip * k * width;
      Step* const steps = packed.steps + strip * k;
      Index count = first;
      pack_rows(right, columns, first, last, [&](Index p, Vector row) {
        const bool zero = is_zero(row);
        if (put == stream && zero) return;  // in a cache the next row overwrites it, without a branch
        put(to + count * width, row);
        steps[count] = static_cast<Step>(p);
        count += zero ? 0 : 1;
      });
      packed.runs[strip * packed.shares + share] = {static_cast<Step>(first), static_cast<Step>(count - first)};
    } else {
      T* const to = packed.numbers + strip / 2 * k * panel + strip % 2 * width;
      pack_rows(right, columns, first, last, [&](Index p, Vector row) { put(to + p * panel, row); });
    }
  }
  /// Calls put_row(p, row) for the rows `first` to `last` of a strip that has `columns` columns.
  template <class PutRow>
  static void pack_rows(Strided<const T> right, Index columns, Index first, Index last, PutRow put_row) {
    Index p = first;
    if (right.column == 1) {
      for (; p < last; ++p) put_row(p, load_some(right.data + p * right.row, columns));
      return;
    }
    // The steps of k lie next to each other in memory.
    alignas(bytes) T square[width * width];
    for (; p + width <= last; p += width) {
      if (columns < width) {
        for (Index j = 0; j < columns; ++j) store(square + j * width, load(right.data + p + j * right.column));
        for (Index j = columns; j < width; ++j) store(square + j * width, Vector{});
      }
      const bool full = columns == width;
      transpose(full ? right.data + p : square, full ? right.column : width,
                [&](Index q, Vector row) { put_row(p + q, row); });
    }
    for (; p < last; ++p) {
      Vector row{};
      for (Index j = 0; j < columns; ++j) row[j] = right.data[p + j * right.column];
      put_row(p, row);
    }
  }
};

}  // namespace
}  // namespace tandem::kernels
