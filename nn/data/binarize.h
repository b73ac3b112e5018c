#pragma once

#include "autograd/random.h"
#include "nn/data/dataset.h"

namespace tandem::data {

// Grey images become black and white, as the likelihood of a Bernoulli decoder requires: each pixel is 1 with its grey
// value as the probability, else 0.

/// One draw for a batch. Called for each batch, it draws images anew each time that they are seen.
/// image [n, d] in [0, 1] -> 0 or 1
/// Source: Burda et al. 2015, arXiv:1509.00519, section 5.
inline Tensor binarize(const Tensor& image, Generator& generator = default_generator()) {
  return bernoulli(image, generator);
}

/// A copy of the images with bytes 0 and 255. It depends only on the images and the seed, and its first n images not on
/// those that follow.
Images binarize(const Images& images, std::uint64_t seed);

}  // namespace tandem::data
