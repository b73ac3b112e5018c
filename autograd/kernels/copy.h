#pragma once

#include <cstddef>
#include <cstring>

namespace tandem::kernels {

/// memcpy(), several times as fast for the 4 or 8 bytes of one number, which are a single move if their size is known.
inline void copy_bytes(std::byte* to, const std::byte* from, std::size_t bytes) {
  if (bytes == 4) std::memcpy(to, from, 4);
  else if (bytes == 8) std::memcpy(to, from, 8);
  else std::memcpy(to, from, bytes);
}

}  // namespace tandem::kernels
