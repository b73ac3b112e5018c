#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "autograd/map.h"
#include "autograd/tensor.h"

namespace tandem::optim {

/// Calls f(w, g, m...) for n elements, a register at a time: f changes the weights w and their moments m in place.
/// The last, partial register goes through the same code, padded.
template <class T, std::size_t N, class F>
void update_range(Index n, T* weight, const T* gradient, const std::array<T*, N>& moments, F f) {
  const auto update = [&](Index i, const auto& load, const auto& store) {
    const auto with_moments = [&]<std::size_t... I>(std::index_sequence<I...>) {
      Simd<T> w = load(weight + i);
      [[maybe_unused]] std::array<Simd<T>, N> m{load(moments[I] + i)...};
      f(w, load(gradient + i), m[I]...);
      store(w, weight + i);
      (store(m[I], moments[I] + i), ...);
    };
    with_moments(std::make_index_sequence<N>{});
  };

  Index i = 0;
  for (constexpr Index width = Simd<T>::width; i + width <= n; i += width)
    update(
        i, [](const T* from) { return Simd<T>::load(from); }, [](Simd<T> v, T* to) { v.store(to); });
  if (i == n) return;
  const int rest = static_cast<int>(n - i);
  update(
      i, [rest](const T* from) { return Simd<T>::load_some(from, rest); },
      [rest](Simd<T> v, T* to) { v.store_some(to, rest); });
}

/// The parameters of a group laid end to end, so that a step is one pass over all of them. Every kind of moment
/// (momentum, mean square, ...) is one buffer of that length; weights and gradients are used in place.
class FlatGroup {
 public:
  /// @param kinds  how many kinds of moments there may be
  /// @throws DTypeError unless all parameters are float32 or all are float64
  FlatGroup(std::vector<Tensor> parameters, std::size_t kinds);

  const std::vector<Tensor>& parameters() const { return parameters_; }
  DType dtype() const { return dtype_; }

  /// How many steps have changed the moments of a parameter: those in which it had a gradient.
  std::int64_t steps(std::size_t parameter) const { return parts_[parameter].steps; }
  void set_steps(std::size_t parameter, std::int64_t steps) { parts_[parameter].steps = steps; }

  /// A kind of moment exists from the first step that uses it.
  bool has_moment(std::size_t kind) const { return moments_[kind].defined(); }
  /// All moments of a kind, made of zeros if they do not exist yet.
  Tensor& buffer(std::size_t kind);
  /// The part of an existing buffer that belongs to a parameter, in that parameter's shape.
  Tensor moment(std::size_t kind, std::size_t parameter) const;

  /// @throws DTypeError if the parameters were converted to another type since construction
  void check_types() const;

  /// One pass over all parameters that have a gradient; call check_types() first. Each thread takes its share of every
  /// parameter, the same rows as in the matrix products, so that weights stay in the cache of one core.
  /// @param rule   rule(t) gives the function f(w, g, m...) for a parameter's step number t = 1, 2, ...; it
  ///               changes weights and moments by the gradient; all are Simd<T>&, g is a Simd<T>
  /// @param kinds  the moments that f takes; without any, steps are not counted and t has no meaning
  template <class T, class Rule, class... Kinds>
  void update(const Rule& rule, Kinds... kinds) {
    collect(sizeof...(kinds) > 0);
    const std::array<T*, sizeof...(kinds)> moments{
        buffer(static_cast<std::size_t>(kinds)).template mutable_data<T>()...};
    const Index shares = std::clamp<Index>(extent_ / kernels::map_grain, 1, num_threads());
    parallel_for(shares, 1, [&](Index begin, Index end) {
      std::int64_t made_for = -1;
      std::optional<decltype(rule(1))> f;
      for (const Part& part : parts_) {
        const Index first = part.share(begin, shares), last = part.share(end, shares);
        if (!part.gradient || first >= last) continue;
        if (!f || made_for != part.steps) f.emplace(rule(made_for = part.steps));
        std::array<T*, sizeof...(kinds)> from = moments;
        for (T*& moment : from) moment += part.begin + first;
        update_range(last - first, reinterpret_cast<T*>(part.weight) + first,
                     reinterpret_cast<const T*>(part.gradient) + first, from, *f);
      }
    });
  }

 private:
  /// Where a parameter lies in the flat buffers, and where its numbers are in the present step.
  struct Part {
    Index begin, size;
    std::int64_t steps = 0;
    std::byte* weight = nullptr;
    const std::byte* gradient = nullptr;  ///< null if it has none and is left alone

    /// Where the i-th of n equal shares begins, in elements from the part's beginning; registers stay whole.
    Index share(Index i, Index n) const;
  };

  /// Finds weights and gradients; counts the step if it has moments to change.
  void collect(bool counts);

  std::vector<Tensor> parameters_;
  std::vector<Part> parts_;
  std::vector<Tensor> moments_;
  DType dtype_;
  Index extent_ = 0;
};

}  // namespace tandem::optim
