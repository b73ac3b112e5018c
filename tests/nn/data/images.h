#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "autograd/create.h"
#include "nn/data/dataset.h"
#include "nn/data/idx.h"

namespace tandem::test {

/// n images of 2 x 3 pixels; pixel j of image i is 10 i + j, its label i % 4.
inline data::Images small_images(Index n) {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int64_t> labels;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < 6; ++j) pixels.push_back(static_cast<std::uint8_t>(10 * i + j));
    labels.push_back(i % 4);
  }
  return {tensor(pixels, {n, 6}), tensor(labels, {n}), 2, 3, 1, 4};
}

/// A folder like that of MNIST, with 5 training images and 3 test images.
inline void write_small_mnist(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, n] : {std::pair("train", 5), std::pair("t10k", 3)}) {
    const data::Images images = small_images(n);
    data::write_idx(folder / (name + std::string("-images-idx3-ubyte")), images.pixels.reshape({n, 2, 3}));
    data::write_idx(folder / (name + std::string("-labels-idx1-ubyte")), images.labels.to(DType::uint8));
  }
}

}  // namespace tandem::test
