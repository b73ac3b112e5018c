#pragma once

#include <filesystem>

#include "nn/data/dataset.h"

namespace tandem::data {

/// Reads a file in IDX format, that of MNIST, plain or compressed with gzip (recognised by the content, not the name):
/// two zero bytes, the type, the rank, the extents as big-endian 32-bit numbers, then the elements.
/// http://yann.lecun.com/exdb/mnist/
///
/// @return  uint8, of rank 1 to 4
/// @throws io::FileError if the type is not unsigned bytes (0x08), or the file is longer or shorter than its header
///                       promises; memory for the elements is allocated only after that check or, for gzip, after a
///                       check that a file of this length can hold them
Tensor read_idx(const std::filesystem::path& path);

/// Writes such a file, not compressed, atomically.  @throws ValueError unless x is uint8 of rank 1 to 4
void write_idx(const std::filesystem::path& path, const Tensor& x);

/// Reads the training or the test images of MNIST, or of any dataset of the same form: an images file
/// [n, height, width] or [n, height, width, channels], and a labels file [n]. Each may have a dot in place of
/// the second dash of its name, and be compressed (.gz):
///
///     train-images-idx3-ubyte  train-labels-idx1-ubyte    t10k-images-idx3-ubyte  t10k-labels-idx1-ubyte
///
/// @throws io::FileError if one is missing or malformed, or their lengths differ; the hint says what to do
Images read_mnist(const std::filesystem::path& folder, bool train);

/// True if `folder` has the training images that read_mnist() looks for.
bool has_mnist(const std::filesystem::path& folder);

}  // namespace tandem::data
