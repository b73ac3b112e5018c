#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <sstream>

#include "autograd/tensor.h"

namespace tandem {
namespace {

constexpr Index edge = 3;        // of a long axis, so many entries at either end are shown
constexpr Index long_axis = 10;  // above so many entries the middle is left out
constexpr Index line_width = 96;

/// All numbers that are shown, in one common notation and width.
class Printer {
 public:
  explicit Printer(const Tensor& x) : x_(x) {
    collect(0, 0, x.size());
    const bool integer = !is_floating(x.dtype()) || std::all_of(values_.begin(), values_.end(), [](double v) {
      return !std::isfinite(v) || (v == std::rint(v) && std::abs(v) < 1e6);
    });
    double largest = 0, smallest = HUGE_VAL;
    for (const double v : values_) {
      if (!std::isfinite(v) || v == 0) continue;
      largest = std::max(largest, std::abs(v));
      smallest = std::min(smallest, std::abs(v));
    }
    const bool scientific = largest >= 1e5 || (largest > 0 && largest < 1e-3);
    format_ = integer ? "%.0f" : scientific ? "%.4e" : "%.4f";
    for (const double v : values_) width_ = std::max(width_, static_cast<int>(text(v).size()));
  }

  void print(std::ostream& out) const {
    const double* next = values_.data();
    print(out, next, 0, 1);
  }

 private:
  static bool is_left_out(Index i, Index n) { return n > long_axis && i == edge; }
  static Index after_gap(Index n) { return n - edge; }

  /// The numbers that will be shown, in their order.
  void collect(int axis, Index start, Index size) {
    if (axis == x_.rank()) return values_.push_back(Tensor(x_.storage(), x_.offset() + start, {}, x_.dtype()).item());
    const Index n = x_.shape()[axis], stride = n ? size / n : 0;
    for (Index i = 0; i < n; ++i) {
      if (is_left_out(i, n)) i = after_gap(n);
      collect(axis + 1, start + i * stride, stride);
    }
  }

  std::string text(double v) const {
    if (std::isnan(v)) return "nan";  // of either sign
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format_, v);
    return buffer;
  }

  void print(std::ostream& out, const double*& next, int axis, int indent) const {
    if (axis == x_.rank()) {
      const std::string number = text(*next++);
      out << std::string(static_cast<std::size_t>(width_) - number.size(), ' ') << number;
      return;
    }
    const Index n = x_.shape()[axis];
    const bool innermost = axis + 1 == x_.rank();
    out << '[';
    Index column = 0;
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
  std::vector<double> values_;
  const char* format_;
  int width_ = 1;
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
