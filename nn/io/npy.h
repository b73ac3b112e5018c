#pragma once

#include <filesystem>

#include "autograd/tensor.h"
#include "nn/io/file.h"

namespace tandem::io {

/// Reads an array as `numpy.save` writes it (format versions 1.0 and 2.0): float32, float64, int64 or uint8,
/// little-endian, row-major.
/// @throws FileError if the file is malformed, longer or shorter than its header promises, or holds another kind of
///                   array; the hint then says how to convert it in Python
Tensor load_npy(const std::filesystem::path& path);

/// Writes an array that `numpy.load` reads (format version 1.0), atomically.
/// @throws WriteError if the file cannot be written
void save_npy(const std::filesystem::path& path, const Tensor& x);

}  // namespace tandem::io
