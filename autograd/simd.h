#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace tandem {

/// Numbers in a register of the compiler's target. Part of a Simd's type, so that code compiled for another register
/// width in the same program cannot be mistaken for this.
template <class T>
inline constexpr int simd_width =
    Eigen::internal::unpacket_traits<typename Eigen::internal::packet_traits<T>::type>::size;

template <class T, int numbers = simd_width<T>>
struct SimdMask;

/// As many numbers as one processor register holds, with the arithmetic and the functions of a single one: the argument
/// of a lambda passed to map() or elementwise(). Made of Eigen's packets, so it is AVX-512, AVX2, SSE, NEON or plain
/// numbers, depending on the compiler's target. NaN and infinity behave as for single numbers.
///
/// The functions err by at most this many units in the last place (two figures: float, double), over all exponents:
/// sqrt 0.5; exp 1.1; expm1 2; log 1.5, 2; log1p 2.5, 2; sigmoid 2.5; softplus 4; tanh 7, 3; erf 3, 1.2; pow 1, 1. sin
/// and cos err by at most 1.1e-7, 2e-16. Denormal numbers count as 0, as arguments and as results.
template <class T, int numbers = simd_width<T>>
struct Simd {
  using Packet = typename Eigen::internal::packet_traits<T>::type;
  using Traits = Eigen::internal::packet_traits<T>;
  using Lanes = T[static_cast<std::size_t>(numbers)];
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
    Lanes lanes;
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
    Lanes lanes;
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
    // The processor's own: for some packets Eigen's is an approximation, slower, and wrong at the ends of the range.
#if defined(EIGEN_VECTORIZE_AVX512)
    if constexpr (single) return of(_mm512_sqrt_ps(a.packet));
    else return of(_mm512_sqrt_pd(a.packet));
#elif defined(EIGEN_VECTORIZE_AVX)
    if constexpr (single) return of(_mm256_sqrt_ps(a.packet));
    else return of(_mm256_sqrt_pd(a.packet));
#elif defined(EIGEN_VECTORIZE_SSE)
    if constexpr (single) return of(_mm_sqrt_ps(a.packet));
    else return of(_mm_sqrt_pd(a.packet));
#else
    return of(Eigen::internal::psqrt(a.packet));
#endif
  }
  friend Simd square(Simd a) { return a * a; }

  friend Simd exp(Simd a) {
    const PowerOfE e = power_of_e(a);
    return scaled(1 + e.fraction, e.exponent);
  }
  friend Simd expm1(Simd a) {
    const PowerOfE e = power_of_e(a);
    // By halves: 2^exponent may overflow where e^a - 1 does not.
    const Simd half = e.exponent - 1;
    return where(e.exponent == 0, e.fraction, 2 * (scaled(e.fraction, half) + (scaled(1, half) - 0.5)));
  }
  friend Simd log(Simd a) { return of(Eigen::internal::plog(a.packet)); }
  friend Simd log1p(Simd a) {
    if constexpr (Traits::HasLog1p) return of(Eigen::internal::plog1p(a.packet));
    else return a.each([](T v) { return std::log1p(v); });
  }
  friend Simd tanh(Simd a) {
    if constexpr (single && Traits::HasTanh) {  // Eigen's loses NaN; with NEON it stays below 1 where tanh rounds to 1
      return where(abs(a) < 9.02, of(Eigen::internal::ptanh(a.packet)), max(min(a, 1), -1));
    } else {
      const Simd e = expm1(-2 * abs(a)), size = -e / (2 + e);
      return where(a < 0, -size, size);
    }
  }
  friend Simd sigmoid(Simd a) { return 1 / (1 + exp(-a)); }
  /// log(1 + e^a), without overflow
  friend Simd softplus(Simd a) {
    const Simd e = exp(-abs(a)), z = e / (1 + 0.5 * e);  // log(1 + e) = 2 artanh(z / 2),  z <= 2/3
    return max(a, 0) + z * polynomial(z * z, artanh_of_half);
  }
  friend Simd erf(Simd a) {
    if constexpr (std::is_same_v<T, float>) {
      // a P(a^2) for |a| < 1 and for NaN; beyond, 1 - e^-Q(|a|), which is 1 from 4 on. tests/reference/fit_erf.py
      // prints P and Q.
      const Simd size = abs(a), near = a * polynomial(a * a, small_erf);
      const Simd power = -polynomial(of(Eigen::internal::pmin(size.packet, Simd(4).packet)), large_erf);
      const Simd far = 1 - exp(power);
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
    const auto flushed = [](Simd v) { return where(abs(v) < Simd(std::numeric_limits<T>::min()), 0 * v, v); };
    Lanes x, y;  // std::pow() scales denormal numbers, and goes wrong where they count as 0
    flushed(a).store(x), flushed(b).store(y);
    for (int i = 0; i < width; ++i) x[i] = std::pow(x[i], y[i]);
    return load(x);
  }

 private:
  static constexpr bool single = std::is_same_v<T, float>;

  /// e^a = 2^exponent (1 + fraction), with a whole exponent and the fraction between -0.3 and 0.42. It is NaN if a is.
  struct PowerOfE {
    Simd fraction, exponent;
  };
  static PowerOfE power_of_e(Simd a) {
    using namespace Eigen::internal;
    // At these bounds e^a is already infinite and 0. pmin and pmax keep the NaN of their first argument.
    const Simd x = of(pmax(pmin(a.packet, Simd(single ? 89 : 710).packet), Simd(single ? -104 : -746).packet));
    const Simd exponent = of(print((x * std::numbers::log2e).packet));
    // x - exponent ln 2, with ln 2 in two parts, the first so short that its product is exact (Cody & Waite 1980).
    constexpr double high = single ? 0.693359375 : 0.693145751953125;
    constexpr double low = single ? std::numbers::ln2 - high : 1.42860682030941723212e-6;
    const Packet rest = pmadd(exponent.packet, Simd(-high).packet, x.packet);
    const Simd r = of(pmadd(exponent.packet, Simd(-low).packet, rest));
    return {of(pmadd((r * r).packet, polynomial(r, exponential).packet, r.packet)), exponent};
  }
  /// a 2^exponent
  static Simd scaled(Simd a, Simd exponent) {
#if defined(EIGEN_VECTORIZE_AVX512)
    if constexpr (single) return of(_mm512_scalef_ps(a.packet, exponent.packet));
    else return of(_mm512_scalef_pd(a.packet, exponent.packet));
#else
    return of(Eigen::internal::pldexp(a.packet, exponent.packet));
#endif
  }

  /// (e^x - 1 - x) / x^2 = 1/2! + x/3! + x^2/4! + ..., as far as |x| <= ln(2) / 2 needs it.
  static constexpr auto exponential = [] {
    std::array<double, single ? 6 : 12> c{};
    double factorial = 1;
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = 1 / (factorial *= static_cast<double>(i + 2));
    return c;
  }();
  /// 2 artanh(z / 2) / z = 1 + z^2 / (3 * 4) + z^4 / (5 * 16) + ..., in z^2, as far as |z| <= 2/3 needs it.
  static constexpr auto artanh_of_half = [] {
    std::array<double, single ? 8 : 17> c{};
    double scale = 1;
    for (std::size_t i = 0; i < c.size(); ++i, scale /= 4) c[i] = scale / static_cast<double>(2 * i + 1);
    return c;
  }();
  static constexpr std::array small_erf{1.12837911,    -0.37612626,     0.112835854,   -0.026853811,
                                        0.00518832775, -0.000801019254, 7.85385928e-05};
  static constexpr std::array large_erf{0.000341522595, 1.12708926,   0.638144791,    0.103106841,
                                        -0.0218381193,  0.0029476753, -0.000186381221};
  /// c[0] + c[1] x + c[2] x^2 + ...
  template <std::size_t count>
  static Simd polynomial(Simd x, const std::array<double, count>& coefficients) {
    Simd y = coefficients[count - 1];
    for (std::size_t i = count - 1; i-- > 0;)
      y = of(Eigen::internal::pmadd(y.packet, x.packet, Simd(coefficients[i]).packet));
    return y;
  }

  template <class F>
  Simd each(F f) const {
    Lanes lanes;
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
