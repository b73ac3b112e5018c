#pragma once

#include <string>
#include <string_view>

#include "autograd/error.h"

namespace tandem::examples {

/// The message of an error without the name of the function that found it: users know flags and files.
inline std::string problem_of(const ValueError& error) {
  const std::string text = error.what();
  const std::size_t colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

/// A hint for a problem that has none of its own.
inline std::string_view hint_for(std::string_view problem, std::string_view hint) {
  return problem.find("\n  hint: ") == std::string_view::npos ? hint : std::string_view();
}

}  // namespace tandem::examples
