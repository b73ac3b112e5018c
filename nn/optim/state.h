#pragma once

#include <map>
#include <string>

#include "autograd/tensor.h"
#include "nn/state_dict.h"

namespace tandem::optim {

namespace detail {

/// Scalar entries of a StateDict: float64 and int64.
Tensor state_number(double value);
Tensor state_count(std::int64_t value);

/// Looks up the entries of a StateDict and checks them. Reading everything before changing anything leaves the reader's
/// owner as it was if the state does not fit.
class StateReader {
 public:
  /// @param owner  the name that errors begin with
  StateReader(std::string owner, const StateDict& state);

  bool has(const std::string& name) const { return entries_.contains(name); }
  /// @throws ValueError if there is no such entry, ShapeError or DTypeError if it has another shape or type
  Tensor tensor(const std::string& name, const Shape& shape, DType dtype);
  double number(const std::string& name) { return tensor(name, {}, DType::float64).item(); }
  /// The same for a count.  @throws ValueError if it is negative
  std::int64_t count(const std::string& name);
  /// @throws ValueError that names an entry nobody asked for
  void finish() const;

 private:
  struct Entry {
    Tensor tensor;
    bool read = false;
  };
  std::string owner_;
  std::map<std::string, Entry> entries_;
};

}  // namespace detail
}  // namespace tandem::optim
