#include "autograd/error.h"

#include <charconv>

#include "autograd/context.h"
#include "autograd/tensor.h"

namespace tandem {
namespace {

std::string describe_one(const Argument& argument) {
  if (!argument.tensor.defined()) return std::string(argument.name) + " is undefined";
  return std::string(argument.name) + " is " + to_string(argument.tensor.shape());
}

/// The start of a message: "linear: x is [128, 784] but weight is [400, 785]".
std::string describe(std::string_view operation, Arguments arguments) {
  std::string text(operation);
  std::size_t i = 0;
  for (const Argument& argument : arguments) {
    const bool last = i + 1 == arguments.size();
    text += i == 0 ? ": " : last ? (arguments.size() == 2 ? " but " : " and ") : ", ";
    text += describe_one(argument);
    ++i;
  }
  return text;
}

std::string stated(std::string_view operation, std::string_view problem) {
  return std::string(operation).append(": ").append(problem);
}

std::string with_details(std::string text, std::string_view rule, std::string_view values, std::string_view hint) {
  if (!rule.empty()) text.append("\n  rule: ").append(rule);
  if (!values.empty()) text.append("   (").append(values).append(")");
  if (!hint.empty()) text.append("\n  hint: ").append(hint);
  return text + in_module();
}

}  // namespace

std::string to_text(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return std::string(text, end);
}

void require_defined(std::string_view operation, Arguments arguments) {
  for (const Argument& argument : arguments)
    if (!argument.tensor.defined()) [[unlikely]]
      throw GraphError(with_details(
          describe(operation, arguments), {}, {},
          "a Tensor default-constructed or moved from, a grad() before backward(), or labels that are not there"));
}

void throw_shape_error(std::string_view operation, std::string_view rule, Arguments arguments, std::string_view values,
                       std::string_view hint) {
  throw ShapeError(with_details(describe(operation, arguments), rule, values, hint));
}

void throw_unequal(Index left, Index right, std::string_view operation, std::string_view rule, Arguments arguments,
                   std::string_view hint) {
  throw_shape_error(operation, rule, arguments, std::to_string(left) + " != " + std::to_string(right), hint);
}

void throw_dtype_error(std::string_view operation, std::string_view rule, Arguments arguments, std::string_view hint) {
  std::string text(operation);
  for (const Argument& argument : arguments) {
    text.append(&argument == arguments.begin() ? ": " : ", ").append(argument.name).append(" is ");
    text.append(argument.tensor.defined() ? name_of(argument.tensor.dtype()) : "undefined");
  }
  throw DTypeError(with_details(std::move(text), rule, {}, hint));
}

void throw_value_error(std::string_view operation, std::string_view problem, std::string_view hint) {
  throw ValueError(with_details(stated(operation, problem), {}, {}, hint));
}

void throw_not_finite_error(std::string_view operation, std::string_view problem, std::string_view hint) {
  throw NotFiniteError(with_details(stated(operation, problem), {}, {}, hint));
}

void throw_graph_error(std::string_view operation, std::string_view problem, std::string_view hint) {
  throw GraphError(with_details(stated(operation, problem), {}, {}, hint));
}

void require_floating(std::string_view operation, Arguments arguments) {
  require_defined(operation, arguments);
  for (const Argument& argument : arguments) {
    const Tensor& first = arguments.begin()->tensor;
    if (!is_floating(argument.tensor.dtype()) || argument.tensor.dtype() != first.dtype()) [[unlikely]]
      throw_dtype_error(operation, "all float32 or all float64", arguments,
                        "convert with .to(DType::float32) or .to(DType::float64)");
  }
}

}  // namespace tandem
