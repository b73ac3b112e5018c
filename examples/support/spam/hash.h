#pragma once

#include <cstdint>
#include <string_view>

namespace tandem::examples::spam {

/// FNV-1a, continued from `hash`.
inline std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// Every bit of the result depends on every bit of the argument: the finaliser of MurmurHash3.
inline std::uint64_t mix(std::uint64_t h) {
  h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
  h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
  return h ^ h >> 33;
}

}  // namespace tandem::examples::spam
