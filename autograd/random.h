#pragma once

#include <atomic>
#include <cstdint>

#include "autograd/tensor.h"

namespace tandem {

/// A counter-based random number generator: number i of a seed is a function of the seed and i alone, so
/// draws do not depend on the number of threads, and the whole state is two integers.
///
/// Philox 4x32 with 10 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011), section 3.3.
class Generator {
 public:
  explicit Generator(std::uint64_t seed = 1) : seed_(seed) {}
  Generator(const Generator& other) : seed_(other.seed_), position_(other.position()) {}
  Generator& operator=(const Generator& other) {
    seed_ = other.seed_;
    position_ = other.position();
    return *this;
  }

  std::uint64_t seed() const { return seed_; }
  /// How many blocks of four numbers have been drawn.
  std::uint64_t position() const { return position_.load(); }
  void set_state(std::uint64_t seed, std::uint64_t position) {
    seed_ = seed;
    position_ = position;
  }

  /// Reserves blocks of four 32-bit numbers and returns the position of the first. Threads may share a generator.
  std::uint64_t reserve(std::uint64_t blocks) { return position_.fetch_add(blocks); }

  /// One number in [0, n), without bias.  @throws ValueError if n is 0
  std::uint64_t below(std::uint64_t n);
  /// One number in [0, 1).
  double uniform();

 private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> position_{0};
};

/// The generator used where none is given.
Generator& default_generator();
/// Restarts the default generator from `seed`.
void manual_seed(std::uint64_t seed);

/// Uniform on [low, high).
/// @throws ValueError unless low <= high, and both and their difference are finite in the type; DTypeError unless the
///         type is floating
Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::float32,
               Generator& generator = default_generator());
/// Normal, by the Box-Muller transform.  @throws DTypeError unless the type is floating
Tensor randn(const Shape& shape, DType dtype = DType::float32, Generator& generator = default_generator());
/// 1 with the given probability, else 0.
/// @throws ValueError unless the probability lies in [0, 1], DTypeError unless the type is floating
Tensor bernoulli(const Shape& shape, double probability, DType dtype = DType::float32,
                 Generator& generator = default_generator());
/// 1 where a uniform draw lies below the element of `probabilities`, else 0.
/// @throws ValueError if one is NaN or lies outside [0, 1] by more than 1e-6, as rounding may; DTypeError unless they
///         are floating
Tensor bernoulli(const Tensor& probabilities, Generator& generator = default_generator());
/// Classes drawn independently with the given probabilities, int64: from one distribution [k] as [draws], from each row
/// of [n, k] as [n, draws].
/// @throws ValueError if a probability is negative, a distribution does not add up to 1 within 1e-3, or draws < 0;
///         NotFiniteError for a NaN or an infinity, ShapeError unless k is at least 1, DTypeError unless they are
///         floating
Tensor multinomial(const Tensor& probabilities, Index draws, Generator& generator = default_generator());
/// 0 ... n-1 in random order, int64 (Fisher-Yates).  @throws ShapeError if n < 0
Tensor randperm(Index n, Generator& generator = default_generator());

namespace detail {
/// Four random words from a seed and a position.
void philox(std::uint64_t seed, std::uint64_t position, std::uint32_t (&words)[4]);
}  // namespace detail

}  // namespace tandem
