#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "autograd/create.h"
#include "tests/autograd/ops/cases.h"

namespace tandem::test {
namespace {

using nlohmann::json;

/// JSON has no word for them, so they are strings.
double number(const json& value) {
  if (!value.is_string()) return value.get<double>();
  const auto text = value.get<std::string>();
  return text == "nan" ? std::nan("") : text == "inf" ? HUGE_VAL : -HUGE_VAL;
}

Tensor read(const json& data, const Shape& shape, const std::string& dtype) {
  std::vector<double> values;
  for (const json& value : data) values.push_back(number(value));
  return tensor(values, shape, dtype == "int64" ? DType::int64 : dtype == "uint8" ? DType::uint8 : DType::float64);
}

Tensor read(const json& packed) {
  const auto extents = packed["shape"].get<std::vector<Index>>();
  return read(packed["data"], Shape(extents), packed.value("dtype", "float64"));
}

std::vector<Reference> read_all() {
  std::ifstream file(TANDEM_SOURCE_DIR "/tests/reference/ops.json");
  if (!file) throw std::runtime_error("cannot read tests/reference/ops.json");
  std::vector<Reference> all;
  const json document = json::parse(file);
  for (const json& entry : document["cases"]) {
    Reference r;
    r.name = entry["name"];
    r.edge = entry["edge"];
    r.differentiable = entry.contains("gradients");
    for (const json& input : entry["inputs"]) r.inputs.push_back(read(input));
    r.output = read(entry["output"]);
    for (std::size_t i = 0; r.differentiable && i < r.inputs.size(); ++i) {
      const json& gradient = entry["gradients"][i];
      r.gradients.push_back(gradient.is_null() ? Tensor() : read(gradient, r.inputs[i].shape(), "float64"));
    }
    all.push_back(std::move(r));
  }
  return all;
}

}  // namespace

const std::vector<Reference>& references() {
  static const std::vector<Reference> all = read_all();
  return all;
}

const Reference& reference(const OpCase& op_case) {
  static const auto by_name = [] {
    std::map<std::string, const Reference*> index;
    for (const Reference& r : references()) index[r.name] = &r;
    return index;
  }();
  const auto found = by_name.find(op_case.name);
  if (found == by_name.end()) throw std::runtime_error("tests/reference/ops.json has no case \"" + op_case.name + "\"");
  return *found->second;
}

Tensor reference_weights(const Tensor& output) {
  std::vector<double> values(static_cast<std::size_t>(output.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>((7 * i + 3) % 11 + 1) / 8;
  return tensor(values, output.shape(), output.dtype());
}

}  // namespace tandem::test
