#include "autograd/shape.h"

#include <algorithm>
#include <ostream>

#include "autograd/error.h"

namespace tandem {

Shape::Shape(std::span<const Index> dims) {
  if (dims.size() > max_rank)
    throw_shape_error("shape: " + std::to_string(dims.size()) + " axes, but a tensor has at most 8", {}, {});
  rank_ = static_cast<int>(dims.size());
  std::copy(dims.begin(), dims.end(), dims_.begin());
  checked_size();
}

void Shape::throw_not_addressable() const {
  const bool negative = std::any_of(begin(), end(), [](Index dim) { return dim < 0; });
  throw_shape_error(
      "shape: " + to_string(*this) + (negative ? " has a negative extent" : " has more elements than can be addressed"),
      {}, {});
}

void Shape::throw_no_axis(Index axis, const char* op) const {
  throw_shape_error(
      (op ? std::string(op) + ": axis " : "axis ") + std::to_string(axis) + " of a tensor of shape " + to_string(*this),
      "-rank <= axis < rank", {}, "rank is " + std::to_string(rank_));
}

void Shape::push_back(Index dim) {
  if (rank_ == max_rank) throw_shape_error("shape: a tensor has at most 8 axes", {}, {});
  dims_[static_cast<std::size_t>(rank_++)] = dim;
}

Shape Shape::without(int axis) const {
  Shape out;
  for (int i = 0; i < rank_; ++i)
    if (i != axis) out.push_back((*this)[i]);
  return out;
}

Shape Shape::with(int axis, Index dim) const {
  Shape out;
  for (int i = 0; i <= rank_; ++i) {
    if (i == axis) out.push_back(dim);
    if (i < rank_) out.push_back((*this)[i]);
  }
  return out;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (int i = 0; i < shape.rank(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << to_string(shape); }

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  const int shift = longer.rank() - shorter.rank();
  for (int i = 0; i < shorter.rank(); ++i) {
    const Index l = longer[i + shift], s = shorter[i];
    if (l != s && l != 1 && s != 1) return std::nullopt;
    result[i + shift] = l == 1 ? s : l;
  }
  return result;
}

}  // namespace tandem
