#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "nn/io/file.h"
#include "tests/fuzz/readers.h"
#include "tests/temporary.h"
#include "tests/text.h"

namespace tandem::fuzz {

using test::read_bytes;

struct BrokenPromise : std::logic_error {
  using std::logic_error::logic_error;
};

inline void expect(bool holds, const char* promise) {
  if (!holds) throw BrokenPromise(std::string("does not hold: ") + promise);
}

/// A folder for the files of this process: $TMPDIR, or in memory where that can be had.
inline const test::TemporaryFolder& folder() {
  static const test::TemporaryFolder folder(!std::getenv("TMPDIR") && std::filesystem::is_directory("/dev/shm")
                                                ? "/dev/shm"
                                                : std::filesystem::temp_directory_path());
  return folder;
}

/// The bytes as a file of that name, for readers that want a path.
inline std::filesystem::path as_file(Bytes bytes, const char* name = "input") {
  const std::filesystem::path path = folder() / name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Whether `read` returns, or refuses its input with a FileError.
template <class Read>
bool accepts(Read&& read) {
  try {
    read();
    return true;
  } catch (const io::FileError&) {
    return false;
  }
}

}  // namespace tandem::fuzz
