#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/tensor.h"
#include "nn/io/file.h"
#include "nn/state_dict.h"

namespace tandem::io {

// Weights and checkpoints in the safetensors format, which the Python package of that name reads and writes:
// 8 bytes with the length of the header, the header in JSON, then the data of all tensors without gaps.
// https://github.com/huggingface/safetensors#format

/// Further information in a file: text by key, such as an architecture, a version, a date.
using Metadata = std::map<std::string, std::string>;

/// The contents of a file, in its order.
struct TensorFile {
  std::filesystem::path path;
  StateDict tensors;
  Metadata metadata;

  /// The tensor of that name, or null.
  const Tensor* find(std::string_view name) const;
  /// @throws FileError that lists what there is, if there is no tensor of that name
  Tensor operator[](std::string_view name) const;
};

/// A tensor as the header describes it; its data are bytes [begin, end) after the header.
struct TensorInfo {
  std::string name;
  DType dtype;
  Shape shape;
  std::uint64_t begin, end;
};

/// The header alone, with the tensors in the order of their data.
struct TensorFileHeader {
  std::vector<TensorInfo> tensors;
  Metadata metadata;
};

/// Reads a file of float32, float64, int64 and uint8 tensors (F32, F64, I64, U8); each gets its own memory.
///
/// Nothing in the header is trusted before it is checked: tensors must have one of these types and at most 8 axes, take
/// the bytes that their shapes imply, fill the file without gaps or overlaps, and have different names. There are at
/// most 100,000 tensors and texts of the metadata together: besides the data, less memory is taken than 100 MB plus
/// four times the header.
/// @throws FileError that names the tensor and the rule
TensorFile load_safetensors(const std::filesystem::path& path);

/// Reads and checks only the header, however large the file is.  @throws FileError as load_safetensors() does
TensorFileHeader read_safetensors_header(const std::filesystem::path& path);

/// Writes tensors atomically, byte for byte as the Python package does: those of the widest type first, then
/// by name; the header is padded so that every number is aligned.
/// @throws ValueError if two tensors have the same name, one is undefined or called "__metadata__", a name or text is
///                    not UTF-8, there are more than 100,000 tensors and texts, or the header exceeds 100 MB
/// @throws WriteError if the file cannot be written
void save_safetensors(const std::filesystem::path& path, const StateDict& tensors, const Metadata& metadata = {});

}  // namespace tandem::io
