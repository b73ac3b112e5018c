#include "nn/data/binarize.h"

#include <algorithm>

namespace tandem::data {

Images binarize(const Images& images, std::uint64_t seed) {
  constexpr Index images_at_once = 1000;  // as floating numbers
  Generator generator(seed);
  Images result = images;
  result.pixels = Tensor(images.pixels.shape(), DType::uint8);
  std::uint8_t* to = result.pixels.mutable_data<std::uint8_t>();
  for (Index begin = 0; begin < images.size(); begin += images_at_once) {
    const Tensor draw = binarize(images.batch(begin, std::min(begin + images_at_once, images.size())).image, generator);
    to = std::transform(draw.data<float>(), draw.data<float>() + draw.size(), to,
                        [](float pixel) { return static_cast<std::uint8_t>(pixel == 0 ? 0 : 255); });
  }
  return result;
}

}  // namespace tandem::data
