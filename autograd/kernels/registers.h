#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__AVX__)
#include <immintrin.h>
#endif

#include "autograd/kernels/gemm_product.h"

// In an anonymous namespace, for the reason given in gemm_tile.h.

namespace tandem::kernels {
namespace {

constexpr Index smaller(Index a, Index b) { return a < b ? a : b; }

/// Registers of `bytes` that hold numbers of type T, and functions that move numbers between them and memory.
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
#endif
#if defined(__AVX__)
    if constexpr (bytes == 32) return _mm256_stream_si256(reinterpret_cast<__m256i*>(to), (__m256i)v);
#endif
    store(to, v);
  }
  /// Ends a series of stream() calls, before other threads may read what they wrote.
  static void end_stream() {
#if defined(__AVX__)
    _mm_sfence();
#endif
  }
  /// Whether no bit of v is set.
  static bool is_zero(Vector v) {
#if defined(__AVX512F__)
    if constexpr (bytes == 64) return _mm512_test_epi32_mask((__m512i)v, (__m512i)v) == 0;
#endif
#if defined(__AVX__)
    if constexpr (bytes == 32) return _mm256_testz_si256((__m256i)v, (__m256i)v) != 0;
#endif
    std::uint64_t words[bytes / 8], all = 0;
    std::memcpy(words, &v, bytes);
    for (const std::uint64_t word : words) all |= word;
    return all == 0;
  }
  /// Writes first + i for each lane i that is not 0, and returns their number. Up to `width` entries in all may be
  /// written.
  static Index put_places(Vector v, Index first, Step* to) {
#if defined(__AVX512F__)
    [[maybe_unused]] constexpr auto lanes = std::make_integer_sequence<int, width>{};
    if constexpr (std::is_same_v<T, float> && bytes == 64) {
      const auto places = (__m512i)numbered<std::int32_t>(static_cast<std::int32_t>(first), lanes);
      const __mmask16 used = _mm512_cmp_ps_mask((__m512)v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
      const __m256i found = _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(used, places));
      std::memcpy(to, &found, sizeof found);
      return __builtin_popcount(used);
    }
    if constexpr (std::is_same_v<T, double> && bytes == 64) {
      const auto places = (__m512i)numbered<std::int64_t>(first, lanes);
      const __mmask8 used = _mm512_cmp_pd_mask((__m512d)v, _mm512_setzero_pd(), _CMP_NEQ_UQ);
      const __m128i found = _mm512_cvtepi64_epi16(_mm512_maskz_compress_epi64(used, places));
      std::memcpy(to, &found, sizeof found);
      return __builtin_popcount(used);
    }
#endif
    Index count = 0;
    for (int lane = 0; lane < width; ++lane) {  // a sum and not a branch, which could not be predicted
      to[count] = static_cast<Step>(first + lane);
      count += v[lane] != 0;
    }
    return count;
  }
  /// first, first + 1, ...
  template <class I, int... lane>
  static auto numbered(I first, std::integer_sequence<int, lane...>) {
    typedef I Places __attribute__((vector_size(sizeof...(lane) * sizeof(I))));
    return Places{lane...} + first;
  }

  /// The first n numbers at `from`, and zeros behind them.
  static Vector load_some(const T* from, Index n) {
    if (n == width) return load(from);
    Vector v{};
    copy<width / 2>(reinterpret_cast<T*>(&v), from, n);
    return v;
  }

  /// The sums of all lanes of two registers, side by side: the upper half of each is added to the lower until one lane
  /// is left.
  static void sum_both(Vector x, Vector y, T (&total)[2]) {
    constexpr auto lanes = std::make_integer_sequence<int, width>{};
    const Vector sums = sum_halves<width / 4>(halves<0>(x, y, lanes) + halves<width / 2>(x, y, lanes));
    total[0] = sums[0];
    total[1] = sums[width / 2];
  }
  /// The half of x that begins at lane `first`, and that of y.
  template <Index first, int... lane>
  static Vector halves(Vector x, Vector y, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(x, y, (first + lane % (width / 2) + (lane < width / 2 ? 0 : width))...);
  }
  /// Adds up each half of a register; the sum is in the half's first lane.
  template <Index apart>
  static Vector sum_halves(Vector v) {
    if constexpr (apart == 0) return v;
    else return sum_halves<apart / 2>(v + from_lane<apart>(v, std::make_integer_sequence<int, width>{}));
  }
  template <Index apart, int... lane>
  static Vector from_lane(Vector v, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(v, v, ((lane + apart) % width)...);
  }

  /// Transposes the square of width x width elements at `from` (rows `stride` apart) in registers, and calls
  /// put(i, row i of the result).
  template <class Put>
  static void transpose(const T* from, Index stride, Put put) {
    Vector rows[width];
    for (Index i = 0; i < width; ++i) rows[i] = load(from + i * stride);
    exchange<width / 2>(rows);
    for (Index i = 0; i < width; ++i) put(i, rows[i]);
  }
  /// Exchanges the off-diagonal quarters of all squares of 2 * half elements, then of squares half as wide.
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

  /// Copies n <= 2 * part numbers: `part` from the beginning and `part` up to the end, which may overlap.
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
