#include "nn/data/dataset.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "autograd/threads.h"

namespace tandem::data {
namespace {

void check_indices(const char* operation, std::span<const Index> indices, Index size) {
  for (const Index index : indices)
    if (index < 0 || index >= size) [[unlikely]]
      throw_value_error(operation, "no image " + std::to_string(index) + " among " + std::to_string(size),
                        "indices run from 0 to size() - 1");
}

void check_range(const char* operation, Index begin, Index end, Index size) {
  if (begin < 0 || begin > end || end > size)
    throw_value_error(operation,
                      "images " + std::to_string(begin) + " to " + std::to_string(end) + " of " + std::to_string(size),
                      "0 <= begin <= end <= size()");
}

Tensor gather_labels(const Tensor& labels, std::span<const Index> indices) {
  if (!labels.defined()) return {};
  Tensor result({static_cast<Index>(indices.size())}, DType::int64);
  const std::int64_t* from = labels.data<std::int64_t>();
  std::transform(indices.begin(), indices.end(), result.mutable_data<std::int64_t>(),
                 [&](Index index) { return from[index]; });
  return result;
}

constexpr Index bytes_ahead = 16'384;  ///< of images, fetched before they are converted: half of a core's L1 cache

/// byte / 255, rounded to the nearest float, by two products, of which the first is exact, and a sum:
/// 1/255 = 1/256 + 1/256/255.
float brightness(std::uint8_t byte) {
  const auto value = static_cast<float>(byte);
  return value * (1 / 256.0f) + value * (1 / 256.0f / 255.0f);
}

/// Checks that pixels and labels have the types and shapes that the struct documents.
void check_form(const char* operation, const Images& images) {
  if (!images.pixels.defined()) return;
  if (images.pixels.dtype() != DType::uint8) [[unlikely]]
    throw_dtype_error(operation, "pixels are uint8", {{"pixels", images.pixels}},
                      "they are bytes from 0 to 255: multiply numbers in [0, 1] by 255 before .to(DType::uint8)");
  if (images.labels.defined() && images.labels.dtype() != DType::int64) [[unlikely]]
    throw_dtype_error(operation, "labels are int64", {{"labels", images.labels}}, "convert with .to(DType::int64)");
  require(images.pixels.rank() == 2 && images.pixels.dim(1) == images.height * images.width * images.channels,
          operation, "pixels is [n, height * width * channels]", {{"pixels", images.pixels}},
          "height = " + std::to_string(images.height) + ", width = " + std::to_string(images.width) +
              ", channels = " + std::to_string(images.channels));
  if (images.labels.defined())
    require(images.labels.rank() == 1 && images.labels.dim(0) == images.size(), operation,
            "there is one label for each image", {{"pixels", images.pixels}, {"labels", images.labels}});
}

}  // namespace

void Images::check(const char* operation) const {
  check_form(operation, *this);
  if (!labels.defined()) return;
  for (const std::int64_t label : std::span(labels.data<std::int64_t>(), static_cast<std::size_t>(labels.size())))
    if (label < 0 || label >= classes)
      throw_value_error(operation, "label " + std::to_string(label) + " with classes = " + std::to_string(classes),
                        "0 <= label < classes");
}

Batch Images::batch(std::span<const Index> indices, bool parallel) const {
  check_form("Images::batch", *this);
  check_indices("Images::batch", indices, size());
  const auto n = static_cast<Index>(indices.size());
  const Index d = height * width * channels;
  Tensor image({n, d}, DType::float32);
  if (n == 0) return {image, gather_labels(labels, indices)};

  const std::uint8_t* from = pixels.data<std::uint8_t>();
  float* to = image.mutable_data<float>();
  const auto convert = [&](Index begin, Index end) {
    constexpr Index cache_line = 64;
    const Index ahead = bytes_ahead / std::max<Index>(1, d) + 1;  // the processor cannot guess which image comes next
    const auto fetch = [&](Index i) {
      for (Index j = 0; j < d; j += cache_line) __builtin_prefetch(from + indices[static_cast<std::size_t>(i)] * d + j);
    };
    for (Index i = begin; i < std::min(begin + ahead, end); ++i) fetch(i);
    for (Index i = begin; i < end; ++i) {
      if (i + ahead < end) fetch(i + ahead);
      const std::uint8_t* bytes = from + indices[static_cast<std::size_t>(i)] * d;
      float* values = to + i * d;
      for (Index j = 0; j < d; ++j) values[j] = brightness(bytes[j]);
    }
  };
  constexpr Index bytes_per_block = 1 << 15;  // fewer do not pay for a thread
  if (parallel) parallel_for(n, std::max<Index>(1, bytes_per_block / std::max<Index>(1, d)), convert);
  else convert(0, n);
  return {image, gather_labels(labels, indices)};
}

Batch Images::batch(Index begin, Index end) const {
  check_range("Images::batch", begin, end, size());
  std::vector<Index> indices(static_cast<std::size_t>(end - begin));
  std::iota(indices.begin(), indices.end(), begin);
  return batch(indices);
}

Images Images::first(Index n) const {
  if (n < 0) throw_value_error("Images::first", std::to_string(n) + " images", "n is at least 0");
  return rows(0, std::min(n, size()));
}

Images Images::rows(Index begin, Index end) const {
  check_range("Images::rows", begin, end, size());
  Images result = *this;
  if (pixels.defined()) result.pixels = pixels.rows(begin, end);
  if (labels.defined()) result.labels = labels.rows(begin, end);
  return result;
}

Images Images::subset(std::span<const Index> indices) const {
  check_form("Images::subset", *this);
  check_indices("Images::subset", indices, size());
  const Index d = height * width * channels;
  Images result = *this;
  result.pixels = Tensor({static_cast<Index>(indices.size()), d}, DType::uint8);
  result.labels = gather_labels(labels, indices);
  if (indices.empty()) return result;
  std::uint8_t* to = result.pixels.mutable_data<std::uint8_t>();
  for (const Index index : indices) to = std::copy_n(pixels.data<std::uint8_t>() + index * d, d, to);
  return result;
}

Images balanced(const Images& images, Index n, Generator& generator) {
  images.check("balanced");
  if (!images.labels.defined()) throw_value_error("balanced", "images without labels", "a class for each image");
  if (images.classes < 1 || n < 1 || n % images.classes != 0)
    throw_value_error("balanced", std::to_string(n) + " images of " + std::to_string(images.classes) + " classes",
                      "a multiple of the number of classes: as many of each, at least 1");
  std::vector<Index> missing(static_cast<std::size_t>(images.classes), n / images.classes), indices;
  for (const Index index : randperm(images.size(), generator).to_vector<Index>()) {
    Index& of_class = missing[static_cast<std::size_t>(images.labels.data<std::int64_t>()[index])];
    if (of_class == 0) continue;
    --of_class;
    indices.push_back(index);
  }
  if (static_cast<Index>(indices.size()) < n)
    throw_value_error("balanced", "a class with fewer than " + std::to_string(n / images.classes) + " images",
                      std::to_string(n) + " images are wanted, as many of each class");
  return images.subset(indices);
}

}  // namespace tandem::data
