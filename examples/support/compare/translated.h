#pragma once

#include "autograd/tensor.h"
#include "nn/data/picture_format.h"

namespace tandem::examples::compare {

/// Pictures moved by a fifth of their width to the right and down, by a pixel at least; what leaves them is lost, and
/// what comes in is 0.  float32 [n, height * width * channels] -> the same
Tensor translated(const Tensor& x, const data::PictureFormat& format);

}  // namespace tandem::examples::compare
