#pragma once

#include <string>

#include "tests/catch.h"

namespace tandem::test {

/// The message of the exception of type E that `f` throws; fails if it throws none. Others pass through.
template <class E, class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace tandem::test
