#include "nn/data/binarize.h"

#include <algorithm>

#include "nn/data/loader.h"

namespace tandem::data {

Images binarize(const Images& images, std::uint64_t seed) {
  if (images.size() == 0) return images;
  Generator generator(seed);
  Images result = images;
  result.pixels = Tensor(images.pixels.shape(), DType::uint8);
  std::uint8_t* to = result.pixels.mutable_data<std::uint8_t>();
  for (const auto& [image, label] : Loader(images, {.batch_size = 1000, .shuffle = false})) {
    const Tensor draw = binarize(image, generator);
    to = std::transform(draw.data<float>(), draw.data<float>() + draw.size(), to,
                        [](float pixel) { return static_cast<std::uint8_t>(pixel == 0 ? 0 : 255); });
  }
  return result;
}

}  // namespace tandem::data
