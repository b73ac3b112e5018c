#pragma once

#include <string>

#include "autograd/kernels/gemm.h"

namespace tandem::test {

/// Puts back the backend of products that was in use.
struct Backend {
  Backend() = default;
  ~Backend() { kernels::set_gemm_backend(name); }
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  std::string name = kernels::gemm_backend();
};

}  // namespace tandem::test
