#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "autograd/shape.h"

namespace tandem {

class Tensor;

/// Everything that tandem throws derives from Error, except std::bad_alloc where memory is short, and std::system_error
/// where a data::Loader can start no thread. what() is several lines, written for people: the operation, its arguments
/// by name with their shapes, the rule in symbols, a hint, the module's path.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ShapeError : Error {
  using Error::Error;
};
struct DTypeError : Error {
  using Error::Error;
};
/// A value that makes no sense, such as a probability of 1.5 or a label of 12 among 10 classes.
struct ValueError : Error {
  using Error::Error;
};
/// A NaN or an infinity where finite numbers are required; a NanGuard throws it.
struct NotFiniteError : ValueError {
  using ValueError::ValueError;
};
/// Misuse of the graph: backward() twice, a saved tensor overwritten, no gradient where one is asked for.
struct GraphError : Error {
  using Error::Error;
};

/// An argument of an operation, as an error message shows it.
struct Argument {
  const char* name;
  const Tensor& tensor;
};
using Arguments = std::initializer_list<Argument>;

/// A number for a message or a file, as short as it can be and still read back the same: "0.1", "1e-09".
std::string to_text(double number);

[[noreturn]] void throw_shape_error(std::string_view operation, std::string_view rule, Arguments arguments,
                                    std::string_view values = {}, std::string_view hint = {});
/// The same for the commonest rule, that two extents agree; the message shows both numbers.
[[noreturn]] void throw_unequal(Index left, Index right, std::string_view operation, std::string_view rule,
                                Arguments arguments, std::string_view hint = {});
[[noreturn]] void throw_dtype_error(std::string_view operation, std::string_view rule, Arguments arguments,
                                    std::string_view hint = {});
[[noreturn]] void throw_value_error(std::string_view operation, std::string_view problem, std::string_view hint = {});
[[noreturn]] void throw_not_finite_error(std::string_view operation, std::string_view problem,
                                         std::string_view hint = {});
[[noreturn]] void throw_graph_error(std::string_view operation, std::string_view problem, std::string_view hint = {});

/// @throws ShapeError that names the operation, the arguments with their shapes, the rule and the hint, unless `holds`.
///         The message is built only then.
inline void require(bool holds, std::string_view operation, std::string_view rule, Arguments arguments,
                    std::string_view hint = {}) {
  if (!holds) [[unlikely]]
    throw_shape_error(operation, rule, arguments, {}, hint);
}

/// The same for two extents that must agree.
inline void require_equal(Index left, Index right, std::string_view operation, std::string_view rule,
                          Arguments arguments, std::string_view hint = {}) {
  if (left != right) [[unlikely]]
    throw_unequal(left, right, operation, rule, arguments, hint);
}

/// @throws GraphError that names the operation and its arguments if one of them is undefined
void require_defined(std::string_view operation, Arguments arguments);

/// @throws DTypeError unless every argument is float32 or every one is float64; GraphError if one is undefined
void require_floating(std::string_view operation, Arguments arguments);

}  // namespace tandem
