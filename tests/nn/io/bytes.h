#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

#include "autograd/error.h"
#include "tests/text.h"

namespace tandem::test {

/// Writes a new file; emptying an old one would make some file systems wait for the disk.
inline void write_bytes(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << content;
}

/// A number as it lies in a file, `bytes` of it, the lowest first.
inline std::string little_endian(std::uint64_t number, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

/// The same, the highest first.
inline std::string big_endian(std::uint64_t number, std::size_t bytes) {
  const std::string text = little_endian(number, bytes);
  return {text.rbegin(), text.rend()};
}

/// Damages a valid file in many ways, one at a time: cut off at every `step`th byte, and every `step`th byte
/// changed. Each time `read` must return or throw a tandem::Error; the sanitizers see the rest.
/// @return how many of the damaged files were refused
template <class Read>
int refused_of_damaged(const std::filesystem::path& file, Read&& read, std::size_t step = 1) {
  const std::string good = read_bytes(file);
  int refused = 0;
  const auto attempt = [&](const std::string& content) {
    write_bytes(file, content);
    try {
      read(file);
    } catch (const Error&) {
      ++refused;
    }
  };
  for (std::size_t i = 0; i < good.size(); i += step) {
    attempt(good.substr(0, i));
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      std::string bad = good;
      bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ flip);
      attempt(bad);
    }
  }
  write_bytes(file, good);
  return refused;
}

}  // namespace tandem::test
