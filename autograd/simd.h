#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace tandem {

/// Numbers in a register, as the compiler was told. It is part of a Simd's type, so that code compiled for registers of
/// other widths, in one program, cannot be taken for it.
template <class T>
inline constexpr int simd_width =
    Eigen::internal::unpacket_traits<typename Eigen::internal::packet_traits<T>::type>::size;

template <class T, int numbers = simd_width<T>>
struct SimdMask;

/// As many numbers as one processor register holds, with the arithmetic and the functions of a single one:
/// what a lambda passed to map() or elementwise() gets. Made of Eigen's packets, so it is AVX-512, AVX2,
/// SSE, NEON or plain numbers, as the compiler was told. NaN and infinity behave as for single numbers.
template <class T, int numbers = simd_width<T>>
struct Simd {
  using Packet = typename Eigen::internal::packet_traits<T>::type;
  using Traits = Eigen::internal::packet_traits<T>;
  static constexpr int width = numbers;

  Packet packet;

  Simd() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> Simd(Number value)
      : packet(Eigen::internal::pset1<Packet>(static_cast<T>(value))) {}

  static Simd of(const Packet& p) {
    Simd s;
    s.packet = p;
    return s;
  }
  static Simd load(const T* from) { return of(Eigen::internal::ploadu<Packet>(from)); }
  void store(T* to) const { Eigen::internal::pstoreu(to, packet); }
  /// The first n < width numbers at `from`, and `rest` behind them.
  static Simd load_some(const T* from, int n, T rest = 0) {
#if defined(EIGEN_VECTORIZE_AVX512)
    if constexpr (std::is_same_v<T, float>)
      return of(_mm512_mask_loadu_ps(Simd(rest).packet, static_cast<__mmask16>((1u << n) - 1), from));
    else if constexpr (std::is_same_v<T, double>)
      return of(_mm512_mask_loadu_pd(Simd(rest).packet, static_cast<__mmask8>((1u << n) - 1), from));
#else
    T lanes[width];
    for (int i = 0; i < width; ++i) lanes[i] = i < n ? from[i] : rest;
    return load(lanes);
#endif
  }
  /// The first n < width lanes.
  void store_some(T* to, int n) const {
#if defined(EIGEN_VECTORIZE_AVX512)
    if constexpr (std::is_same_v<T, float>) _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << n) - 1), packet);
    else if constexpr (std::is_same_v<T, double>)
      _mm512_mask_storeu_pd(to, static_cast<__mmask8>((1u << n) - 1), packet);
#else
    T lanes[width];
    store(lanes);
    for (int i = 0; i < n; ++i) to[i] = lanes[i];
#endif
  }
  /// Sum of all lanes.
  T sum() const { return Eigen::internal::predux(packet); }
  /// The largest lane, infinity if one is NaN.
  T max_or_infinity() const {
    constexpr T infinity = std::numeric_limits<T>::infinity();
    return Eigen::internal::predux_max(where(*this == *this, *this, infinity).packet);
  }

  friend Simd operator+(Simd a, Simd b) { return of(Eigen::internal::padd(a.packet, b.packet)); }
  friend Simd operator-(Simd a, Simd b) { return of(Eigen::internal::psub(a.packet, b.packet)); }
  friend Simd operator*(Simd a, Simd b) { return of(Eigen::internal::pmul(a.packet, b.packet)); }
  friend Simd operator/(Simd a, Simd b) { return of(Eigen::internal::pdiv(a.packet, b.packet)); }
  friend Simd operator-(Simd a) { return of(Eigen::internal::pnegate(a.packet)); }

  friend SimdMask<T> operator<(Simd a, Simd b) { return {of(Eigen::internal::pcmp_lt(a.packet, b.packet))}; }
  friend SimdMask<T> operator<=(Simd a, Simd b) { return {of(Eigen::internal::pcmp_le(a.packet, b.packet))}; }
  friend SimdMask<T> operator>(Simd a, Simd b) { return b < a; }
  friend SimdMask<T> operator>=(Simd a, Simd b) { return b <= a; }
  friend SimdMask<T> operator==(Simd a, Simd b) { return {of(Eigen::internal::pcmp_eq(a.packet, b.packet))}; }
  friend SimdMask<T> operator!=(Simd a, Simd b) { return !(a == b); }

  /// a where the mask holds, else b.
  friend Simd where(SimdMask<T> mask, Simd a, Simd b) {
    return of(Eigen::internal::pselect(mask.bits.packet, a.packet, b.packet));
  }

  friend Simd max(Simd a, Simd b) { return of(Eigen::internal::pmax<Eigen::PropagateNaN>(a.packet, b.packet)); }
  friend Simd min(Simd a, Simd b) { return of(Eigen::internal::pmin<Eigen::PropagateNaN>(a.packet, b.packet)); }
  friend Simd abs(Simd a) { return of(Eigen::internal::pabs(a.packet)); }
  friend Simd sqrt(Simd a) {
    // An even power of two moves it away from the ends of the range, and changes no digit of the root.
    const auto below = a < 1;
    return moderate_sqrt(a * where(below, Simd(0x1p64), 0x1p-64)) * where(below, Simd(0x1p-32), 0x1p32);
  }
  /// The same in fewer steps, but wrong by a factor of 0.5 to 2.3 for a within a few powers of two of the smallest and
  /// the largest number: Eigen's goes by a / 2 and 1 / sqrt(a)^2, and kernels flush what is too small of these. It is
  /// for optimisers: a root so small is nothing beside eps, and one so large is of gradients above 1e18.
  friend Simd moderate_sqrt(Simd a) {  // Eigen's makes NaN of infinity
    return where(a < std::numeric_limits<T>::infinity(), of(Eigen::internal::psqrt(a.packet)), a);
  }
  friend Simd square(Simd a) { return a * a; }

  friend Simd exp(Simd a) {
    // Eigen clamps the argument, which loses NaN, the last half octave before overflow, and 0 for -infinity.
    const auto large = largest_exponent < a;
    const Simd clamped = of(Eigen::internal::pexp(where(large, a - 1, a).packet));
    const Simd y = where(large, clamped * std::numbers::e, clamped);
    return where(a == a, where(a < smallest_exponent, Simd(0), y), a);
  }
  friend Simd log(Simd a) { return of(Eigen::internal::plog(a.packet)); }
  friend Simd log1p(Simd a) {
    if constexpr (Traits::HasLog1p) return of(Eigen::internal::plog1p(a.packet));
    else return a.each([](T v) { return std::log1p(v); });
  }
  friend Simd expm1(Simd a) {
    if constexpr (Traits::HasExpm1) {
      const auto large = largest_exponent < a;  // as in exp()
      const Simd y = of(Eigen::internal::pexpm1(where(large, a - 1, a).packet));
      return where(large, y * std::numbers::e, y);
    } else {
      return a.each([](T v) { return std::expm1(v); });
    }
  }
  friend Simd tanh(Simd a) {
    // Eigen's loses NaN, and with NEON it ends below 1; that of a float is 1 from 9.02 on, of a double not yet.
    if constexpr (Traits::HasTanh && std::is_same_v<T, float>)
      return where(abs(a) < 9.02, of(Eigen::internal::ptanh(a.packet)), max(min(a, 1), -1));
    else return a.each([](T v) { return std::tanh(v); });
  }
  friend Simd sigmoid(Simd a) { return 1 / (1 + exp(-a)); }
  /// log(1 + e^a), without overflow
  friend Simd softplus(Simd a) { return max(a, 0) + log1p(exp(-abs(a))); }
  friend Simd erf(Simd a) {
    if constexpr (std::is_same_v<T, float>) {
      // a P(a^2) up to 1, and of NaN; beyond, 1 - e^-Q(|a|), which is 1 from 4 on.
      // tests/reference/fit_erf.py prints P and Q.
      const Simd size = abs(a), near = a * polynomial(a * a, small_erf);
      const Simd power = -polynomial(of(Eigen::internal::pmin(size.packet, Simd(4).packet)), large_erf);
      const Simd far = 1 - of(Eigen::internal::pexp(power.packet));
      return where(1 <= size, where(a < 0, -far, far), near);
    } else {
      return a.each([](T v) { return std::erf(v); });
    }
  }
  friend Simd sin(Simd a) {
    if constexpr (Traits::HasSin) return of(Eigen::internal::psin(a.packet));
    else return a.each([](T v) { return std::sin(v); });
  }
  friend Simd cos(Simd a) {
    if constexpr (Traits::HasCos) return of(Eigen::internal::pcos(a.packet));
    else return a.each([](T v) { return std::cos(v); });
  }
  friend Simd pow(Simd a, Simd b) {
    T x[width], y[width];
    a.store(x), b.store(y);
    for (int i = 0; i < width; ++i) x[i] = std::pow(x[i], y[i]);
    return load(x);
  }

 private:
  /// exp() has numbers of full precision as its results between these two.
  static constexpr double largest_exponent = std::is_same_v<T, float> ? 88.0 : 709.0;
  static constexpr double smallest_exponent = std::is_same_v<T, float> ? -87.3365 : -708.396;

  static constexpr double small_erf[] = {1.12837911,    -0.37612626,     0.112835854,   -0.026853811,
                                         0.00518832775, -0.000801019254, 7.85385928e-05};
  static constexpr double large_erf[] = {0.000341522595, 1.12708926,   0.638144791,    0.103106841,
                                         -0.0218381193,  0.0029476753, -0.000186381221};
  /// c[0] + c[1] x + c[2] x^2 + ...
  template <std::size_t count>
  static Simd polynomial(Simd x, const double (&coefficients)[count]) {
    Simd y = coefficients[count - 1];
    for (std::size_t i = count - 1; i-- > 0;)
      y = of(Eigen::internal::pmadd(y.packet, x.packet, Simd(coefficients[i]).packet));
    return y;
  }

  template <class F>
  Simd each(F f) const {
    T lanes[width];
    store(lanes);
    for (T& lane : lanes) lane = f(lane);
    return load(lanes);
  }
};

/// The result of a comparison: all bits of a lane are set where it holds.
template <class T, int numbers>
struct SimdMask {
  Simd<T> bits;
  friend SimdMask operator&(SimdMask a, SimdMask b) {
    return {Simd<T>::of(Eigen::internal::pand(a.bits.packet, b.bits.packet))};
  }
  friend SimdMask operator!(SimdMask a) {
    const Simd<T> zero = 0;
    return {where(a, zero, (zero == zero).bits)};
  }
  friend SimdMask operator|(SimdMask a, SimdMask b) {
    return {Simd<T>::of(Eigen::internal::por(a.bits.packet, b.bits.packet))};
  }
};

}  // namespace tandem
