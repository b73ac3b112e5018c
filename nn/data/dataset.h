#pragma once

#include <span>

#include "autograd/random.h"
#include "autograd/tensor.h"

namespace tandem::data {

/// Some examples, in the form that a model takes.
struct Batch {
  Tensor image;  ///< float32 [n, d], in [0, 1]
  Tensor label;  ///< int64 [n]; undefined if the images have none
};

/// Images in memory. Their pixels stay bytes until a batch is made: MNIST takes 47 MB instead of 188.
struct Images {
  Tensor pixels;  ///< uint8 [n, d] with d = height * width * channels
  Tensor labels;  ///< int64 [n], in [0, classes); undefined if there are none
  Index height = 0, width = 0, channels = 1;
  Index classes = 0;  ///< number of classes, above each label; 0 if there are no labels

  Index size() const { return pixels.defined() ? pixels.dim(0) : 0; }
  /// Checks the types of pixels and labels, and that they and the extents fit together; what takes images calls it.
  /// @throws DTypeError, ShapeError, or ValueError for a label outside [0, classes)
  void check(const char* operation) const;

  /// The images at these indices, in this order; a byte b becomes b / 255, rounded as PyTorch's ToTensor does.
  /// @param parallel    false where the caller is itself one of several threads
  /// @throws ValueError if an index is outside [0, size())
  Batch batch(std::span<const Index> indices, bool parallel = true) const;
  /// Images begin, ..., end - 1.  @throws ValueError unless 0 <= begin <= end <= size()
  Batch batch(Index begin, Index end) const;

  /// The first n images, or all if there are fewer; memory is shared.  @throws ValueError if n < 0
  Images first(Index n) const;
  /// Images begin, ..., end - 1; memory is shared.  @throws ValueError unless 0 <= begin <= end <= size()
  Images rows(Index begin, Index end) const;
  /// A copy of the images at these indices, in this order.
  /// @throws ValueError if an index is outside [0, size())
  Images subset(std::span<const Index> indices) const;
};

/// n of the images, equally many of each class, in random order: the labelled part of a semi-supervised run.
/// @throws ValueError unless n is a multiple, above 0, of the number of classes and no class has too few images; what
///         check() throws
Images balanced(const Images& images, Index n, Generator& generator);

}  // namespace tandem::data
