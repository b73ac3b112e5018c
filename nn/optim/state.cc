#include "nn/optim/state.h"

#include <utility>

#include "autograd/create.h"

namespace tandem::optim::detail {

Tensor state_number(double value) { return scalar(value, DType::float64); }

Tensor state_count(std::int64_t value) {
  Tensor x(Shape{}, DType::int64);
  *x.mutable_data<std::int64_t>() = value;
  return x;
}

StateReader::StateReader(std::string owner, const StateDict& state) : owner_(std::move(owner)) {
  for (const auto& [name, tensor] : state)
    if (!entries_.emplace(name, Entry{tensor}).second)
      throw_value_error(owner_ + "::load_state_dict", "two entries are called \"" + name + "\"");
}

Tensor StateReader::tensor(const std::string& name, const Shape& shape, DType dtype) {
  const std::string operation = owner_ + "::load_state_dict";
  const auto found = entries_.find(name);
  if (found == entries_.end())
    throw_value_error(operation, "the state has no \"" + name + "\"",
                      "it was saved by another class, with other options or for other parameters");
  Entry& entry = found->second;
  require(entry.tensor.defined() && entry.tensor.shape() == shape, operation, "the shape is " + to_string(shape),
          {{name.c_str(), entry.tensor}});
  if (entry.tensor.dtype() != dtype)
    throw_dtype_error(operation, "the type is " + std::string(name_of(dtype)), {{name.c_str(), entry.tensor}});
  entry.read = true;
  return entry.tensor;
}

std::int64_t StateReader::count(const std::string& name) {
  const std::int64_t value = *tensor(name, {}, DType::int64).data<std::int64_t>();
  if (value < 0)
    throw_value_error(owner_ + "::load_state_dict", "\"" + name + "\" is " + std::to_string(value), "it is a count");
  return value;
}

void StateReader::finish() const {
  for (const auto& [name, entry] : entries_)
    if (!entry.read)
      throw_value_error(owner_ + "::load_state_dict", "\"" + name + "\" is not a part of this state",
                        "it was saved by another class or for more parameters");
}

}  // namespace tandem::optim::detail
