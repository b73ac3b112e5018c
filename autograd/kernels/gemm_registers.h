#pragma once

#include <cstring>
#include <utility>

#if defined(__AVX__)
#include <immintrin.h>
#endif

#include "autograd/shape.h"

// In an anonymous namespace, as gemm_tile.h.

namespace tandem::kernels {
namespace {

/// Registers of `bytes` that hold numbers of type T, and what moves numbers between them and memory.
template <class T, int bytes>
struct Registers {
  typedef T Vector __attribute__((vector_size(bytes)));
  static constexpr Index width = bytes / static_cast<int>(sizeof(T));

  static Vector load(const T* from) {
    Vector v;
    std::memcpy(&v, from, bytes);
    return v;
  }
  static void store(T* to, Vector v) { std::memcpy(to, &v, bytes); }
  /// Stores past the caches where the processor can (`to` is aligned to a register). A line that other cores have read
  /// costs its writer ten times as much when written through the cache: each of them has to drop its copy first.
  static void stream(T* to, Vector v) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64) return _mm512_stream_si512(reinterpret_cast<__m512i*>(to), (__m512i)v);
#elif defined(__AVX__)
    if constexpr (bytes == 32) return _mm256_stream_si256(reinterpret_cast<__m256i*>(to), (__m256i)v);
#endif
    store(to, v);
  }
  /// Ends a row of stream() before other threads may read what they wrote.
  static void end_stream() {
#if defined(__AVX__)
    _mm_sfence();
#endif
  }
  /// The first n numbers at `from`, and zeros behind them.
  static Vector load_some(const T* from, Index n) {
    if (n == width) return load(from);
    Vector v{};
    copy<width / 2>(reinterpret_cast<T*>(&v), from, n);
    return v;
  }

  /// The sum of all lanes: the upper half is added to the lower until one is left.
  template <Index half = width / 2>
  static T sum(Vector v) {
    if constexpr (half == 0) return v[0];
    else return sum<half / 2>(v + from_lane<half>(v, std::make_integer_sequence<int, width>{}));
  }
  template <Index first, int... lane>
  static Vector from_lane(Vector v, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(v, v, ((first + lane) % width)...);
  }

  /// Transposes the square of width x width elements at `from` (rows `stride` apart) in registers.
  template <void (*put)(T*, Vector) = store>
  static void transpose(const T* from, Index stride, T* to, Index to_stride) {
    Vector rows[width];
    for (Index i = 0; i < width; ++i) rows[i] = load(from + i * stride);
    exchange<width / 2>(rows);
    for (Index i = 0; i < width; ++i) put(to + i * to_stride, rows[i]);
  }
  /// Exchanges the off-diagonal quarters of all squares of 2 * half elements, then of the halves.
  template <Index half>
  static void exchange(Vector* rows) {
    if constexpr (half > 0) {
      for (Index i = 0; i < width; ++i)
        if ((i & half) == 0) swap_quarters<half>(rows[i], rows[i + half], std::make_integer_sequence<int, width>{});
      exchange<half / 2>(rows);
    }
  }
  template <Index half, int... lane>
  static void swap_quarters(Vector& upper, Vector& lower, std::integer_sequence<int, lane...>) {
    const Vector x = upper, y = lower;
    upper = __builtin_shufflevector(x, y, (lane & half ? width + lane - half : lane)...);
    lower = __builtin_shufflevector(x, y, (lane & half ? width + lane : lane + half)...);
  }

  /// Copies `part` numbers from the beginning and as many up to the end, which may overlap.
  template <Index part>
  static void copy(T* to, const T* from, Index n) {
    if constexpr (part > 0) {
      if (n < part) return copy<part / 2>(to, from, n);
      std::memcpy(to, from, part * sizeof(T));
      std::memcpy(to + n - part, from + n - part, part * sizeof(T));
    }
  }
};

}  // namespace
}  // namespace tandem::kernels
