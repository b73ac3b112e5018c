#include "examples/support/compare/translated.h"

#include <algorithm>

#include "autograd/create.h"

namespace tandem::examples::compare {

Tensor translated(const Tensor& x, const data::PictureFormat& format) {
  const auto [height, width, channels] = format;
  const Index by = std::max<Index>(1, width / 5), row = width * channels;
  Tensor y = zeros_like(x);
  for (Index i = 0; i < x.dim(0); ++i)
    for (Index r = by; r < height; ++r) {
      const float* from = x.data<float>() + i * x.dim(1) + (r - by) * row;
      std::copy_n(from, (width - by) * channels, y.mutable_data<float>() + i * x.dim(1) + r * row + by * channels);
    }
  return y;
}

}  // namespace tandem::examples::compare
