#include "nn/data/picture_format.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "autograd/error.h"
#include "nn/data/resample.h"
#include "nn/io/image.h"

namespace tandem::data {
namespace {

/// A part of an axis, from `begin`, `extent` long; in pixels, which may be cut.
struct Part {
  double begin, extent;
};

/// The two old pixels whose middles are nearest to `middle`, that of the new one.
Mixture interpolate(double middle, Index extent) {
  const double place = std::clamp(middle - 0.5, 0.0, static_cast<double>(extent - 1));
  const auto first = std::min(static_cast<Index>(place), std::max<Index>(extent - 2, 0));
  const double share = place - static_cast<double>(first);
  return extent == 1 ? Mixture{0, {1}} : Mixture{first, {1 - share, share}};
}

std::vector<Mixture> mixtures(Part part, Index extent, Index wanted) {
  const double scale = part.extent / static_cast<double>(wanted);
  std::vector<Mixture> result;
  for (Index i = 0; i < wanted; ++i) {
    const double begin = part.begin + static_cast<double>(i) * scale;
    result.push_back(scale > 1 ? average(begin, begin + scale, extent) : interpolate(begin + scale / 2, extent));
  }
  return result;
}

/// Red, green and blue of a pixel on white paper, in [0, 255]; grey in the first place if that is wanted.
void see_on_paper(const std::uint8_t* pixel, Index channels, float* colour) {
  const float opacity = static_cast<float>(pixel[3]) / 255;
  for (Index c = 0; c < 3; ++c) colour[c] = 255 + opacity * (static_cast<float>(pixel[c]) - 255);
  if (channels == 1) colour[0] = io::brightness(colour[0], colour[1], colour[2]);
}

}  // namespace

void check(const PictureFormat& format) {
  const auto [height, width, channels] = format;
  constexpr Index most = 4096;
  if (height < 1 || height > most || width < 1 || width > most || (channels != 1 && channels != 3))
    throw_value_error("picture format",
                      std::to_string(height) + " x " + std::to_string(width) + " x " + std::to_string(channels),
                      "height and width from 1 to 4096, and 1 channel for grey or 3 for colour");
}

Tensor on_paper(const Tensor& picture) {
  require(picture.rank() == 3 && picture.dim(2) == 4, "on_paper", "picture is [h, w, 4]", {{"picture", picture}});
  Tensor grey({picture.dim(0), picture.dim(1)}, DType::uint8);
  const std::uint8_t* pixel = picture.data<std::uint8_t>();
  for (std::uint8_t& brightness : std::span(grey.mutable_data<std::uint8_t>(), static_cast<std::size_t>(grey.size()))) {
    float colour[3];
    see_on_paper(pixel, 1, colour);
    brightness = static_cast<std::uint8_t>(std::lround(colour[0]));
    pixel += 4;
  }
  return grey;
}

Tensor bring_into(const PictureFormat& format, const Tensor& picture) {
  check(format);
  Tensor result({format.height, format.width, format.channels}, DType::uint8);
  bring_into(format, picture, result.mutable_data<std::uint8_t>());
  return result;
}

void bring_into(const PictureFormat& format, const Tensor& picture, std::uint8_t* to) {
  check(format);
  const auto [height, width, channels] = format;
  require(picture.rank() == 3 && picture.dim(2) == 4 && picture.size() > 0, "bring_into",
          "picture is [h, w, 4], not empty", {{"picture", picture}});

  const Index h = picture.dim(0), w = picture.dim(1);
  const double scale = std::min(static_cast<double>(h) / static_cast<double>(height),
                                static_cast<double>(w) / static_cast<double>(width));
  const auto middle = [scale](Index extent, Index wanted) {
    const double kept = scale * static_cast<double>(wanted);
    return Part{(static_cast<double>(extent) - kept) / 2, kept};
  };
  const std::vector<Mixture> across = mixtures(middle(w, width), w, width),
                             down = mixtures(middle(h, height), h, height);

  // Row by row of the old picture: first across, then down into the rows of the new one that take from it.
  std::vector<float> old_row(static_cast<std::size_t>(w * channels)), row(static_cast<std::size_t>(width * channels));
  std::vector<float> sums(static_cast<std::size_t>(height * width * channels), 0);
  const std::uint8_t* pixels = picture.data<std::uint8_t>();
  for (Index y = 0; y < h; ++y) {
    for (Index x = 0; x < w; ++x) {
      float colour[3];
      see_on_paper(pixels + (y * w + x) * 4, channels, colour);
      std::copy_n(colour, channels, &old_row[static_cast<std::size_t>(x * channels)]);
    }
    std::fill(row.begin(), row.end(), 0.0f);
    for (Index new_x = 0; new_x < width; ++new_x) {
      const auto& [first, weights] = across[static_cast<std::size_t>(new_x)];
      const float* from = &old_row[static_cast<std::size_t>(first * channels)];
      for (const double weight : weights)
        for (Index c = 0; c < channels; ++c)
          row[static_cast<std::size_t>(new_x * channels + c)] += static_cast<float>(weight) * *from++;
    }
    for (Index new_y = 0; new_y < height; ++new_y) {
      const auto& [first, weights] = down[static_cast<std::size_t>(new_y)];
      if (y < first || y >= first + static_cast<Index>(weights.size())) continue;
      const auto weight = static_cast<float>(weights[static_cast<std::size_t>(y - first)]);
      float* sum = &sums[static_cast<std::size_t>(new_y * width * channels)];
      for (const float value : row) *sum++ += weight * value;
    }
  }

  std::transform(sums.begin(), sums.end(), to,
                 [](float value) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 255.0f))); });
}

Tensor as_pictures(const Tensor& rows, const PictureFormat& format) {
  if (format.channels == 1) return rows.reshape({-1, format.height, format.width});
  return rows.reshape({-1, format.height, format.width, format.channels});
}

}  // namespace tandem::data
