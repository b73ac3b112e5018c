#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tandem::io::detail {

/// Where in a PNG file a chunk stands whose length goes beyond the end of the file, if there is one; in other
/// files none.
///
/// stb_image takes memory for a chunk, up to 1 GB, before it reads it.
std::optional<std::size_t> overlong_chunk(std::span<const std::byte> png);

}  // namespace tandem::io::detail
