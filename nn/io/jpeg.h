#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tandem::io::detail {

/// The offset of a Huffman table with more than 255 codes in a JPEG file, if there is one; for other files none.
///
/// Real tables have fewer. Versions of stb_image before 2.28 (2023) write past the end of an array if a table has more
/// than 256, and misread the last code of 256, so no file may reach them unchecked. The function goes from marker to
/// marker as stb_image does.
std::optional<std::size_t> overlong_huffman_table(std::span<const std::byte> jpeg);

}  // namespace tandem::io::detail
