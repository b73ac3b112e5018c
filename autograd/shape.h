#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <optional>
#include <span>
#include <string>

namespace tandem {

using Index = std::int64_t;

/// a / b, rounded up.
constexpr Index ceil_div(Index a, Index b) { return (a + b - 1) / b; }

/// The extents of a tensor, outermost first; rank 0 (a scalar) to 8. Lives on the stack.
class Shape {
 public:
  static constexpr int max_rank = 8;

  Shape() = default;
  /// @throws ShapeError if an extent is negative, there are more than 8, or their product overflows.
  Shape(std::initializer_list<Index> dims) : Shape(std::span<const Index>(dims.begin(), dims.size())) {}
  explicit Shape(std::span<const Index> dims);

  int rank() const { return rank_; }
  /// Number of elements: the product of the extents, 1 for a scalar.
  Index size() const {
    Index size = 1;
    for (const Index dim : *this) size *= dim;
    return size;
  }
  /// Whether no extent is negative and the size in bytes fits an Index. An extent of 0 does not excuse others that are
  /// too large, since strides are products of them.
  bool is_addressable() const {
    constexpr Index most = std::numeric_limits<Index>::max() / 8;
    Index product = 1;
    for (const Index dim : *this)
      if (dim < 0 || __builtin_mul_overflow(product, dim > 1 ? dim : 1, &product) || product > most) return false;
    return true;
  }
  /// size().  @throws ShapeError if an extent is negative, or there are more elements than can be addressed
  Index checked_size() const {
    if (!is_addressable()) [[unlikely]]
      throw_not_addressable();
    return size();
  }
  /// Extent of one axis; negative axes count from the end.  @throws ShapeError if there is no such axis.
  Index dim(Index axis) const { return dims_[static_cast<std::size_t>(normalize(axis))]; }
  /// Without a check: 0 <= axis < rank.
  Index operator[](int axis) const { return dims_[static_cast<std::size_t>(axis)]; }
  Index& operator[](int axis) { return dims_[static_cast<std::size_t>(axis)]; }

  const Index* begin() const { return dims_.data(); }
  const Index* end() const { return dims_.data() + rank_; }

  /// The axis as a number in [0, rank).  @throws ShapeError, which names the op, if there is no such axis.
  int normalize(Index axis, const char* op = nullptr) const {
    const Index normalized = axis < 0 ? axis + rank_ : axis;
    if (normalized < 0 || normalized >= rank_) [[unlikely]]
      throw_no_axis(axis, op);
    return static_cast<int>(normalized);
  }

  void push_back(Index dim);
  /// A copy without the given axis, and one with an axis of extent `dim` inserted before it.
  Shape without(int axis) const;
  Shape with(int axis, Index dim) const;

  friend bool operator==(const Shape& a, const Shape& b) {
    bool equal = a.rank_ == b.rank_;
    for (int i = 0; equal && i < a.rank_; ++i) equal = a[i] == b[i];
    return equal;
  }

 private:
  [[noreturn]] void throw_not_addressable() const;
  [[noreturn]] void throw_no_axis(Index axis, const char* op) const;

  std::array<Index, max_rank> dims_{};
  int rank_ = 0;
};

/// "[128, 784]"; "[]" for a scalar.
std::string to_string(const Shape& shape);
std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// The NumPy broadcast of two shapes: aligned at the end, extents equal or one of them 1. None if they do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

}  // namespace tandem
