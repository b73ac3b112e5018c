#pragma once

#include "autograd/random.h"
#include "nn/data/dataset.h"

namespace tandem::data {

// Grey images become black and white, so that a Bernoulli decoder's likelihood is one: each pixel is 1 with its grey
// value as the probability, else 0.

/// One draw for a batch, as for images that are drawn anew each time that they are seen.
/// image [n, d] in [0, 1] -> 0 or 1
/// Source: Burda et al. 2015, arXiv:1509.00519, section 5.
inline Tensor binarize(const Tensor& image, Generator& generator = default_generator()) {
  return bernoulli(image, generator);
}

/// A copy of the images with bytes 0 and 255: the same for a seed, and the first n of them the same whatever
/// follows.
Images binarize(const Images& images, std::uint64_t seed);

}  // namespace tandem::data
