#include "nn/data/augment.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/matmul.h"
#include "autograd/profile.h"
#include "autograd/threads.h"

namespace tandem::data {
namespace {

constexpr Index draws_per_image = 6;  // shift (2), angle, factors (2), flip

/// weights[i, j] of pixel j in smoothed pixel i: a Gaussian that is cut off at the edges, as if pixels beyond them did
/// not move.  [n, n]
Tensor gaussian_weights(Index n, double sigma) {
  Tensor weights({n, n}, DType::float32);
  double sum = 0;
  for (Index offset = -n; offset <= n; ++offset)
    sum += std::exp(-0.5 * std::pow(static_cast<double>(offset) / sigma, 2));
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      weights.mutable_data<float>()[i * n + j] =
          static_cast<float>(std::exp(-0.5 * std::pow(static_cast<double>(i - j) / sigma, 2)) / sum);
  return weights;
}

/// Maps a place p in the new image to where it comes from in the old one: from = origin + matrix (p - middle).
struct Map {
  float xx, xy, yx, yy, x0, y0;

  /// @param u  draws from U(0, 1): shift, angle, factors, flip
  Map(const AugmentOptions& options, const float* u, Index height, Index width) {
    const auto spread = [](double amount, float draw) { return amount * (2 * static_cast<double>(draw) - 1); };
    const double angle = spread(options.rotate, u[2]) * std::numbers::pi / 180;
    const double across = 1 / (1 + spread(options.scale, u[3])), down = 1 / (1 + spread(options.scale, u[4]));
    const double mirror = static_cast<double>(u[5]) < options.flip ? -1 : 1;
    xx = static_cast<float>(mirror * across * std::cos(angle));
    xy = static_cast<float>(mirror * across * std::sin(angle));
    yx = static_cast<float>(-down * std::sin(angle));
    yy = static_cast<float>(down * std::cos(angle));
    x0 = static_cast<float>(static_cast<double>(width - 1) / 2 + spread(options.shift, u[0]));
    y0 = static_cast<float>(static_cast<double>(height - 1) / 2 + spread(options.shift, u[1]));
  }
};

struct Extents {
  Index height, width, channels;
};

/// Draws row y of a new image.
/// @param old    pixels of the old one
/// @param moves  by how much each pixel moves in addition, across and down, [2, height, width]; or null
/// @param to     the row's first pixel
inline void draw_row(Index y, const Map& map, const float* old, const float* moves, const Extents& extents, float* to) {
  const Index height = extents.height, width = extents.width, channels = extents.channels;
  const auto last_x = static_cast<float>(width - 1), last_y = static_cast<float>(height - 1);
  const float py = static_cast<float>(y) - last_y / 2;
  for (Index x = 0; x < width; ++x) {
    const float px = static_cast<float>(x) - last_x / 2;
    float fx = map.x0 + map.xx * px + map.xy * py, fy = map.y0 + map.yx * px + map.yy * py;
    if (moves) {
      fx += moves[y * width + x];
      fy += moves[(height + y) * width + x];
    }
    fx = std::clamp(fx, 0.0f, last_x);
    fy = std::clamp(fy, 0.0f, last_y);
    const auto left = static_cast<Index>(fx), top = static_cast<Index>(fy);
    const Index right = std::min(left + 1, width - 1), bottom = std::min(top + 1, height - 1);
    const float sx = fx - static_cast<float>(left), sy = fy - static_cast<float>(top);
    for (Index c = 0; c < channels; ++c) {
      const auto pixel = [&](Index row, Index column) { return old[(row * width + column) * channels + c]; };
      const float upper = pixel(top, left) + sx * (pixel(top, right) - pixel(top, left));
      const float lower = pixel(bottom, left) + sx * (pixel(bottom, right) - pixel(bottom, left));
      *to++ = upper + sy * (lower - upper);
    }
  }
}

/// The number after "=" in an entry; `usual` if there is none.
double amount_in(const std::string& entry, double usual) {
  const std::size_t equals = entry.find('=');
  if (equals == std::string::npos) return usual;
  const char* const begin = entry.data() + equals + 1;
  const char* const end = entry.data() + entry.size();
  double amount = 0;
  if (const auto [stop, error] = std::from_chars(begin, end, amount); error != std::errc() || stop != end)
    throw_value_error("augmentation_named", "\"" + entry + "\"", "a number stands after =");
  return amount;
}

void check(const AugmentOptions& options) {
  const auto refuse = [](const char* name, double value, const char* rule) {
    throw_value_error("Augmentation", std::string(name) + " is " + to_text(value), rule);
  };
  const auto at_least_zero = [&](const char* name, double value) {
    if (!(value >= 0 && value <= 1e6)) refuse(name, value, "at least 0, at most a million");
  };
  at_least_zero("shift", options.shift);
  at_least_zero("rotate", options.rotate);
  at_least_zero("elastic", options.elastic);
  if (!(options.scale >= 0 && options.scale < 1)) refuse("scale", options.scale, "0 <= scale < 1");
  if (!(options.flip >= 0 && options.flip <= 1)) refuse("flip", options.flip, "a probability");
  if (!(options.elastic_sigma > 0)) refuse("elastic_sigma", options.elastic_sigma, "above 0");
}

}  // namespace

AugmentOptions augmentation_named(const std::vector<std::string>& entries) {
  AugmentOptions options;
  for (const std::string& entry : entries) {
    const std::string name = entry.substr(0, entry.find('='));
    if (name == "shift") options.shift = amount_in(entry, 2);
    else if (name == "rotate") options.rotate = amount_in(entry, 15);
    else if (name == "scale") options.scale = amount_in(entry, 0.15);
    else if (name == "elastic") options.elastic = amount_in(entry, 34);
    else if (name == "flip") options.flip = amount_in(entry, 0.5);
    else throw_value_error("augmentation_named", "\"" + name + "\"", "shift, rotate, scale, elastic or flip");
  }
  check(options);
  return options;
}

Augmentation::Augmentation(const Images& images, const AugmentOptions& options)
    : height_(images.height), width_(images.width), channels_(images.channels), options_(options) {
  check(options);
  if (options.elastic == 0) return;
  smooth_rows_ = gaussian_weights(height_, options.elastic_sigma);
  smooth_columns_ = gaussian_weights(width_, options.elastic_sigma);
}

/// By how much each pixel moves, across and down.  [n, 2, height, width]
Tensor Augmentation::displacements(Index n, Generator& generator) const {
  const Tensor u = uniform({n, 2, height_, width_}, -options_.elastic, options_.elastic, DType::float32, generator);
  return matmul(smooth_rows_, matmul(u, smooth_columns_));  // G is symmetric
}

Tensor Augmentation::operator()(const Tensor& image, Generator& generator) const {
  const Index n = image.rank() == 2 ? image.dim(0) : 0, d = height_ * width_ * channels_;
  require(image.rank() == 2 && image.dim(1) == d, "Augmentation", "image is [n, height width channels]",
          {{"image", image}});
  require_floating("Augmentation", {{"image", image}});
  if (!options_.any()) return image;
  const ProfileScope profile("augmentation");
  const NoGrad no_grad;
  const Tensor old = image.to(DType::float32), draws = uniform({n, draws_per_image}, 0, 1, DType::float32, generator);
  const Tensor moves = options_.elastic > 0 ? displacements(n, generator) : Tensor();
  Tensor result({n, d}, DType::float32);
  const float* const from = old.data<float>();
  const float* const u = draws.data<float>();
  const float* const move = moves.defined() ? moves.data<float>() : nullptr;
  float* const to = result.mutable_data<float>();

  parallel_for(n, 8, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const Map map(options_, u + i * draws_per_image, height_, width_);
      const float* const moves_of_image = move ? move + 2 * i * height_ * width_ : nullptr;
      for (Index y = 0; y < height_; ++y)
        draw_row(y, map, from + i * d, moves_of_image, {height_, width_, channels_},
                 to + i * d + y * width_ * channels_);
    }
  });
  return result.to(image.dtype());
}

}  // namespace tandem::data
