#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "nn/io/safetensors.h"

namespace tandem::io {

/// The hash function SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text))); }
  /// The hash of all that was fed, as 64 hexadecimal digits. Feed nothing afterwards.
  std::string digits();

 private:
  void process(const std::byte* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> block_;  ///< the last bytes, until there are 64
  std::uint64_t fed_ = 0;            ///< bytes
};

/// The SHA-256 of some bytes, as 64 hexadecimal digits.
std::string sha256(std::span<const std::byte> bytes);

/// One hash for a set of tensors, whatever their order. It covers, for each tensor in order of name, the line
/// "NAME DTYPE SHAPE", as in "hidden.weight float32 [256, 784]", and the bytes of its data.
std::string sha256_of(const StateDict& tensors);

}  // namespace tandem::io
