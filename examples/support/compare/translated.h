#pragma once

#include "autograd/tensor.h"
#include "nn/data/picture_format.h"

namespace tandem::examples::compare {

/// Pictures moved to the right and down by a fifth of their width, at least by one pixel; what leaves them is lost, and
/// what comes in is 0.  float32 [n, height * width * channels] -> the same
Tensor translated(const Tensor& x, const data::PictureFormat& format);

}  // namespace tandem::examples::compare
