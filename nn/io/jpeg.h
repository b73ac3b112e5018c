#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tandem::io::detail {

/// Where in a JPEG file a Huffman table with more than 255 codes stands, if there is one; in other files
/// none.
///
/// Real tables have fewer. Versions of stb_image before 2.28 (2023) write past the end of an array at one of
/// more than 256, and take the last of 256 for something else, so that no file may reach them unchecked. The
/// function goes from marker to marker as stb_image does.
std::optional<std::size_t> overlong_huffman_table(std::span<const std::byte> jpeg);

}  // namespace tandem::io::detail
