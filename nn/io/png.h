#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace tandem::io::detail {

/// A part of a PNG file.
struct PngChunk {
  std::size_t offset;  ///< in the file
  std::string name;    ///< as "IDAT"
};

/// The first chunk whose length goes beyond the end of the file, if there is one; for other files none.
///
/// stb_image allocates the memory for a chunk, up to 1 GB, before it reads the chunk.
std::optional<PngChunk> overlong_chunk(std::span<const std::byte> png);

/// The first chunk whose checksum (CRC-32) is wrong or missing, if there is one; for other files none.
///
/// stb_image checks no checksum.
std::optional<PngChunk> damaged_chunk(std::span<const std::byte> png);

}  // namespace tandem::io::detail
