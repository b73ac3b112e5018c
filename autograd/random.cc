#include "autograd/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include "autograd/map.h"

namespace tandem {
namespace detail {
namespace {

/// Positions worked on at once. The compiler vectorises the loops over them, unless it unrolls them first.
constexpr int lanes = 16;
struct Words {
  alignas(64) std::uint32_t word[4][lanes];
};

/// Philox 4x32-10: each round multiplies two words into 64 bits and mixes the halves with the key.
template <int n>
void philox_rounds(std::uint64_t seed, std::uint64_t position, std::uint32_t (&word)[4][n]) {
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
#pragma GCC unroll 1
  for (int i = 0; i < n; ++i) {
    const std::uint64_t at = position + static_cast<std::uint64_t>(i);
    word[0][i] = static_cast<std::uint32_t>(at);
    word[1][i] = static_cast<std::uint32_t>(at >> 32);
    word[2][i] = word[3][i] = 0;
  }
  for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 1
    for (int i = 0; i < n; ++i) {
      const std::uint64_t product0 = std::uint64_t{0xD2511F53} * word[0][i];
      const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * word[2][i];
      const std::uint32_t w1 = word[1][i], w3 = word[3][i];
      word[0][i] = static_cast<std::uint32_t>(product1 >> 32) ^ w1 ^ key0;
      word[1][i] = static_cast<std::uint32_t>(product1);
      word[2][i] = static_cast<std::uint32_t>(product0 >> 32) ^ w3 ^ key1;
      word[3][i] = static_cast<std::uint32_t>(product0);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

/// Fills y with f(words, numbers), where the four words of a position become four neighbouring numbers.
template <class T, class F>
void fill(Tensor& y, Generator& generator, F f) {
  const Index n = y.size();
  T* out = y.mutable_data<T>();
  const std::uint64_t start = generator.reserve(static_cast<std::uint64_t>(ceil_div(n, 4)));
  const std::uint64_t seed = generator.seed();
  constexpr Index chunk = 4 * lanes;
  parallel_for(ceil_div(n, chunk), 64, [&](Index begin, Index end) {
    Words words;
    T numbers[chunk];
    for (Index c = begin; c < end; ++c) {
      philox_rounds<lanes>(seed, start + static_cast<std::uint64_t>(c * lanes), words.word);
      f(words, numbers);
      std::copy_n(numbers, std::min(chunk, n - c * chunk), out + c * chunk);
    }
  });
}

/// In [0, 1). float takes the top 24 bits of the word; double all 32, since 53 would need two words and twice the time.
template <class T>
T unit(std::uint32_t word) {
  if constexpr (std::is_same_v<T, float>) return static_cast<float>(word >> 8) * 0x1p-24f;
  else return word * 0x1p-32;
}

/// Half the distance between neighbouring results of unit().
template <class T>
inline constexpr T half_step = std::is_same_v<T, float> ? T(0x1p-25) : T(0x1p-33);

}  // namespace

void philox(std::uint64_t seed, std::uint64_t position, std::uint32_t (&words)[4]) {
  std::uint32_t word[4][1];
  philox_rounds<1>(seed, position, word);
  for (int i = 0; i < 4; ++i) words[i] = word[i][0];
}

}  // namespace detail

Generator& default_generator() {
  static Generator generator;
  return generator;
}
void manual_seed(std::uint64_t seed) { default_generator().set_state(seed, 0); }

std::uint64_t Generator::below(std::uint64_t n) {
  if (n == 0) throw_value_error("Generator::below", "n is 0", "there is no number in [0, 0)");
  const std::uint64_t limit = n * (~std::uint64_t{0} / n);  // numbers from here up would favour some results
  for (;;) {
    std::uint32_t words[4];
    detail::philox(seed_, reserve(1), words);
    const std::uint64_t number = std::uint64_t{words[0]} << 32 | words[1];
    if (number < limit) return number % n;
  }
}

double Generator::uniform() {
  std::uint32_t words[4];
  detail::philox(seed_, reserve(1), words);
  return static_cast<double>((std::uint64_t{words[0]} << 32 | words[1]) >> 11) * 0x1p-53;
}

Tensor uniform(const Shape& shape, double low, double high, DType dtype, Generator& generator) {
  Tensor y(shape, dtype);
  require_floating("uniform", {{"result", y}});
  if (!(low <= high))
    throw_value_error("uniform", "low = " + to_text(low) + ", high = " + to_text(high), "low <= high");
  dispatch(dtype, [&]<class T>(T) {
    const T a = static_cast<T>(low), scale = static_cast<T>(high - low);
    const T end = static_cast<T>(high);
    if (!std::isfinite(a) || !std::isfinite(end) || !std::isfinite(scale))
      throw_value_error("uniform", "from " + to_text(low) + " to " + to_text(high),
                        "both, and their difference, are finite in the type of the result");
    const T last = std::nextafter(end, a);  // rounding must not reach `high`
    detail::fill<T>(y, generator, [=](const detail::Words& words, T* to) {
      for (int i = 0; i < detail::lanes; ++i)
        for (int j = 0; j < 4; ++j) to[4 * i + j] = std::min(a + scale * detail::unit<T>(words.word[j][i]), last);
    });
  });
  return y;
}

// Box-Muller: with u, v uniform, sqrt(-2 log u) cos(2 pi v) and sqrt(-2 log u) sin(2 pi v) are normal.
Tensor randn(const Shape& shape, DType dtype, Generator& generator) {
  Tensor y(shape, dtype);
  require_floating("randn", {{"result", y}});
  dispatch(dtype, [&]<class T>(T) {
    detail::fill<T>(y, generator, [](const detail::Words& words, T* to) {
      constexpr int lanes = detail::lanes;
      using V = Simd<T>;
      for (int j = 0; j < 4; j += 2) {
        alignas(64) T radius[lanes], angle[lanes];
        for (int i = 0; i < lanes; ++i) {
          radius[i] = detail::unit<T>(words.word[j][i]) + detail::half_step<T>;  // above 0: its logarithm is finite
          angle[i] = detail::unit<T>(words.word[j + 1][i]);
        }
        for (int i = 0; i < lanes; i += V::width) {
          const V r = sqrt(-2 * log(V::load(radius + i))), phi = 2 * std::numbers::pi * V::load(angle + i);
          (r * cos(phi)).store(radius + i);
          (r * sin(phi)).store(angle + i);
        }
        for (int i = 0; i < lanes; ++i) to[4 * i + j] = radius[i], to[4 * i + j + 1] = angle[i];
      }
    });
  });
  return y;
}

Tensor bernoulli(const Shape& shape, double probability, DType dtype, Generator& generator) {
  if (!(probability >= 0 && probability <= 1))
    throw_value_error("bernoulli", "probability " + to_text(probability), "it lies in [0, 1]");
  Tensor y(shape, dtype);
  require_floating("bernoulli", {{"result", y}});
  dispatch(dtype, [&]<class T>(T) {
    const auto threshold = static_cast<std::uint64_t>(std::llround(probability * 0x1p32));
    detail::fill<T>(y, generator, [=](const detail::Words& words, T* to) {
      for (int i = 0; i < detail::lanes; ++i)
        for (int j = 0; j < 4; ++j) to[4 * i + j] = words.word[j][i] < threshold ? T(1) : T(0);
    });
  });
  return y;
}

Tensor bernoulli(const Tensor& probabilities, Generator& generator) {
  require_floating("bernoulli", {{"probabilities", probabilities}});
  dispatch(probabilities.dtype(), [&]<class T>(T) {
    constexpr T rounding = T(1e-6);  // as interpolated pixels have it
    const auto is_probability = [](T v) { return std::abs(v - T(0.5)) <= T(0.5) + rounding; };
    const T *p = probabilities.data<T>(), *end = p + probabilities.size();
    int others = 0;  // a loop without an exit is vectorised
    for (const T* v = p; v < end; ++v) others |= is_probability(*v) ? 0 : 1;
    if (others == 0) return;
    const T* first = std::find_if_not(p, end, is_probability);
    throw_value_error("bernoulli", "probability " + to_text(*first) + " at position " + std::to_string(first - p),
                      "it lies in [0, 1]: are pixels divided by 255?");
  });
  const Tensor draws = uniform(probabilities.shape(), 0, 1, probabilities.dtype(), generator);
  return map("bernoulli", draws, probabilities,
             [](auto u, auto p) { return where(u < p, decltype(u)(1), decltype(u)(0)); });
}

namespace {

void require_distribution(std::span<const double> p) {
  if (const double least = *std::min_element(p.begin(), p.end()); least < 0)
    throw_value_error("multinomial", "a probability is " + to_text(least), "they are at least 0");
  const double total = std::accumulate(p.begin(), p.end(), 0.0);
  if (!std::isfinite(total))
    throw_not_finite_error("multinomial", "a probability is a NaN or an infinity",
                           "softmax() of a NaN is NaN: lower the learning rate, or look at the inputs");
  if (std::abs(total - 1) > 1e-3)
    throw_value_error("multinomial", "the probabilities add up to " + to_text(total),
                      "to 1: take softmax() of logits, or divide by the sum");
}

}  // namespace

Tensor multinomial(const Tensor& probabilities, Index draws, Generator& generator) {
  require_floating("multinomial", {{"probabilities", probabilities}});
  const int rank = probabilities.rank();
  require((rank == 1 || rank == 2) && probabilities.dim(-1) >= 1, "multinomial",
          "probabilities is [k] or [n, k], k at least 1", {{"probabilities", probabilities}});
  if (draws < 0) throw_value_error("multinomial", std::to_string(draws) + " draws", "at least 0");
  const auto k = static_cast<std::size_t>(probabilities.dim(-1));
  const std::vector<double> all = probabilities.to_vector<double>();
  Tensor y(rank == 1 ? Shape{draws} : Shape{probabilities.dim(0), draws}, DType::int64);
  std::int64_t* to = y.mutable_data<std::int64_t>();
  for (std::size_t row = 0; row < all.size(); row += k) {
    const std::span<const double> p(all.data() + row, k);
    require_distribution(p);
    std::size_t last = k - 1;  // that can be drawn: taken where rounding leaves the sum below the draw
    while (last > 0 && p[last] == 0) --last;
    for (Index i = 0; i < draws; ++i) {
      double rest = generator.uniform();
      std::size_t drawn = 0;
      while (drawn < last && (rest -= p[drawn]) >= 0) ++drawn;
      *to++ = static_cast<std::int64_t>(drawn);
    }
  }
  return y;
}

Tensor randperm(Index n, Generator& generator) {
  Tensor y({n}, DType::int64);
  std::int64_t* order = y.mutable_data<std::int64_t>();
  std::iota(order, order + n, 0);
  for (Index i = n - 1; i > 0; --i) std::swap(order[i], order[generator.below(static_cast<std::uint64_t>(i) + 1)]);
  return y;
}

}  // namespace tandem
