#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <sstream>

#include "autograd/map.h"
#include "autograd/tensor.h"

namespace tandem {
namespace {

constexpr Index edge = 3;        // entries that are shown at either end of a long axis
constexpr Index long_axis = 10;  // above so many entries the middle is left out
constexpr std::size_t line_width = 96;

/// All numbers that are shown, in one common notation and width.
class Printer {
 public:
  explicit Printer(const Tensor& x) : x_(x) {
    std::vector<Index> indices;
    collect(indices, 0, 0, x.size());
    if (is_floating(x.dtype())) write_numbers(indices);
    else
      for (const Index index : indices) texts_.push_back(std::to_string(at<std::int64_t>(index)));
    for (const std::string& text : texts_) width_ = std::max(width_, text.size());
  }

  void print(std::ostream& out) const {
    const std::string* next = texts_.data();
    print(out, next, 0, 1);
  }

 private:
  static bool is_left_out(Index i, Index n) { return n > long_axis && i == edge; }
  static Index after_gap(Index n) { return n - edge; }

  /// Places of the numbers that will be shown, in their order.
  void collect(std::vector<Index>& indices, int axis, Index start, Index size) const {
    if (axis == x_.rank()) return indices.push_back(start);
    const Index n = x_.shape()[axis], stride = n ? size / n : 0;
    for (Index i = 0; i < n; ++i) {
      if (is_left_out(i, n)) i = after_gap(n);
      collect(indices, axis + 1, start + i * stride, stride);
    }
  }

  template <class To>
  To at(Index index) const {
    return dispatch_any(x_.dtype(), [&]<class T>(T) { return static_cast<To>(x_.data<T>()[index]); });
  }

  /// Floating numbers: as integers if all are, with four decimals if that is enough for each, else in scientific
  /// notation.
  void write_numbers(const std::vector<Index>& indices) {
    std::vector<double> values;
    bool integers = true;
    double largest = 0, smallest = HUGE_VAL;
    for (const Index index : indices) {
      const double v = values.emplace_back(at<double>(index)), size = std::abs(v);
      integers &= !std::isfinite(v) || (v == std::rint(v) && size < 1e6);
      if (!std::isfinite(v) || v == 0) continue;
      largest = std::max(largest, size);
      smallest = std::min(smallest, size);
    }
    const bool scientific = largest >= 1e5 || smallest < 1e-4 || (largest > 0 && largest < 1e-3);
    const char* format = integers ? "%.0f" : scientific ? "%.4e" : "%.4f";
    for (const double v : values) {
      char text[64];
      std::snprintf(text, sizeof text, format, v);
      texts_.emplace_back(std::isnan(v) ? "nan" : text);  // of either sign
    }
  }

  void print(std::ostream& out, const std::string*& next, int axis, int indent) const {
    if (axis == x_.rank()) {
      out << std::string(width_ - next->size(), ' ') << *next;
      ++next;
      return;
    }
    const Index n = x_.shape()[axis];
    const bool innermost = axis + 1 == x_.rank();
    out << '[';
    std::size_t column = 0;
    for (Index i = 0; i < n; ++i) {
      if (i > 0) {
        const bool wrap = innermost && (column += width_ + 2) + width_ > line_width;
        if (wrap) column = 0;
        out << (innermost && !wrap ? ", " : ",\n" + std::string(static_cast<std::size_t>(indent), ' '));
      }
      if (is_left_out(i, n)) {
        out << "...";
        i = after_gap(n) - 1;
        continue;
      }
      print(out, next, axis + 1, indent + 1);
    }
    out << ']';
  }

  const Tensor& x_;
  std::vector<std::string> texts_;
  std::size_t width_ = 1;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  if (!x.defined()) return out << "undefined tensor";
  Printer(x).print(out);
  return out << "  " << to_string(x.shape()) << ' ' << name_of(x.dtype())
             << (x.requires_grad() ? ", requires grad" : "");
}

std::string to_string(const Tensor& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

}  // namespace tandem
