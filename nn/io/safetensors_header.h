#pragma once

#include <string>
#include <string_view>

#include "nn/io/safetensors.h"

namespace tandem::io::detail {

/// The official limit for the length of a header.
inline constexpr std::uint64_t safetensors_header_limit = 100'000'000;
/// Our own limit for entries, tensors and texts together: an empty one takes far more memory than bytes in the file.
inline constexpr std::size_t safetensors_entry_limit = 100'000;

/// "F32", "F64", "I64" or "U8".
std::string_view safetensors_name_of(DType dtype);

/// Reads and checks the header at the start of the file; afterwards the file is positioned at the data.
TensorFileHeader read_safetensors_header(InputFile& file);

/// The header in JSON, padded with spaces to a multiple of 8 bytes.
/// @throws ValueError if a name or a text of the metadata is not UTF-8
std::string write_safetensors_header(const TensorFileHeader& header);

}  // namespace tandem::io::detail
