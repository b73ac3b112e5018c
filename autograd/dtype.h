#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem {

/// The element types of a Tensor. float32 and float64 are differentiable; the integer types carry
/// labels (int64) and image bytes or masks (uint8).
enum class DType : std::uint8_t { float32, float64, int64, uint8 };

/// Size of one element in bytes.
constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return sizeof(float);
    case DType::float64: return sizeof(double);
    case DType::int64: return sizeof(std::int64_t);
    case DType::uint8: return sizeof(std::uint8_t);
  }
  return 0;
}

/// "float32", "float64", "int64" or "uint8".
std::string_view name_of(DType dtype);

/// True for the differentiable types, float32 and float64.
inline bool is_floating(DType dtype) { return dtype <= DType::float64; }

/// The DType of a C++ element type: dtype_of<float> is DType::float32.
template <class T>
inline constexpr DType dtype_of = [] {
  static_assert(sizeof(T) == 0, "a Tensor holds float, double, std::int64_t or std::uint8_t");
  return DType{};
}();
template <>
inline constexpr DType dtype_of<float> = DType::float32;
template <>
inline constexpr DType dtype_of<double> = DType::float64;
template <>
inline constexpr DType dtype_of<std::int64_t> = DType::int64;
template <>
inline constexpr DType dtype_of<std::uint8_t> = DType::uint8;

/// The C++ types that a Tensor holds.
template <class T>
concept Element =
    std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t>;

}  // namespace tandem
