#include "autograd/nan_guard.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace tandem {
namespace {

/// Whether no number has the exponent of NaN and the infinities.
template <class T, class Bits>
bool all_finite(const T* x, Index n) {
  const Bits exponent = std::bit_cast<Bits>(std::numeric_limits<T>::infinity());
  Bits found = 0;
  for (Index i = 0; i < n; ++i) found |= (std::bit_cast<Bits>(x[i]) & exponent) == exponent;
  return found == 0;
}

}  // namespace

bool all_finite(const Tensor& x) {
  if (x.dtype() == DType::float32) return all_finite<float, std::uint32_t>(x.data<float>(), x.size());
  if (x.dtype() == DType::float64) return all_finite<double, std::uint64_t>(x.data<double>(), x.size());
  return true;
}

bool Tensor::known_finite() const {
  if (!is_floating(dtype())) return true;
  enum State : std::uint64_t { asked = 1, finite = 2, not_finite = 3 };
  const std::uint64_t now = version() << 2, known = impl().finite.load(std::memory_order_relaxed);
  const std::uint64_t state = known - now;  // one of these, if it is of this version
  if (state == finite || state == not_finite) return state == finite;
  State found = asked;
  if (state == asked) found = all_finite(*this) ? finite : not_finite;
  impl().finite.store(now + found, std::memory_order_relaxed);
  return found == finite;
}

NanGuard::NanGuard() { ++detail::nan_guards; }
NanGuard::~NanGuard() { --detail::nan_guards; }

void detail::require_finite(const char* op, const Tensor& y) {
  if (all_finite(y)) return;
  throw_not_finite_error(op, "the result, of shape " + to_string(y.shape()) + ", holds a NaN or an infinity",
                         "this is the first op that does; lower the learning rate, or look at the inputs");
}

}  // namespace tandem
