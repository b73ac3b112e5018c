#include "nn/data/synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "autograd/random.h"
#include "autograd/threads.h"
#include "nn/data/digit_strokes.h"

namespace tandem::data {
namespace {

using detail::Point;

constexpr int side = 28;    ///< of the image, in pixels
constexpr double box = 20;  ///< that the digit fits
constexpr int digits = 10;

/// Random numbers for one image, from its own stretch of the generator's positions.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t stretch) { generator_.set_state(seed, stretch << 16); }

  double between(double low, double high) { return low + (high - low) * generator_.uniform(); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(generator_.below(n)); }
  /// About normal: the sum of four uniform numbers.
  double around(double mean, double deviation) {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum += between(-1, 1);
    return mean + deviation * sum * std::sqrt(3.0 / 4);
  }

 private:
  Generator generator_;
};

/// The digits of images 10 block to 10 block + 9: each one once.
std::array<int, digits> order_of(std::uint64_t seed, Index block) {
  Draws draws(seed, static_cast<std::uint64_t>(block) << 8 | 0xff);  // images use the stretches with 0 ... 9
  std::array<int, digits> order;
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = digits - 1; i > 0; --i) std::swap(order[i], order[draws.below(i + 1)]);
  return order;
}

/// A smooth displacement of the plane: a few waves of random direction, length and phase.
class Warp {
 public:
  explicit Warp(Draws& draws) {
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      const double direction = draws.between(0, 2 * std::numbers::pi);
      const double push = draws.between(0, 2 * std::numbers::pi);
      const bool fine = i % 2 == 1;
      const double frequency = 2 * std::numbers::pi * (fine ? draws.between(1, 1.6) : draws.between(.3, .8));
      const double size = fine ? draws.between(0, .035) : draws.between(0, .1);
      waves_[i] = {frequency * std::cos(direction), frequency * std::sin(direction),
                   draws.between(0, 2 * std::numbers::pi), size * std::cos(push), size * std::sin(push)};
    }
  }

  Point operator()(Point p) const {
    Point moved = p;
    for (const Wave& wave : waves_) {
      const double height = std::sin(wave.fx * p.x + wave.fy * p.y + wave.phase);
      moved.x += wave.dx * height;
      moved.y += wave.dy * height;
    }
    return moved;
  }

 private:
  struct Wave {
    double fx, fy, phase, dx, dy;
  };
  std::array<Wave, 6> waves_;
};

/// Rotation, shear and stretch by random amounts; slanted to the right on average, as writing is.
class Affine {
 public:
  explicit Affine(Draws& draws) {
    const double angle = draws.around(0, .1), shear = draws.around(.12, .18), width = draws.between(.55, .95);
    xx_ = width * std::cos(angle);
    xy_ = -std::sin(angle) - shear * std::cos(angle);
    yx_ = width * std::sin(angle);
    yy_ = std::cos(angle) - shear * std::sin(angle);
  }
  Point operator()(Point p) const { return {xx_ * p.x + xy_ * p.y, yx_ * p.x + yy_ * p.y}; }

 private:
  double xx_, xy_, yx_, yy_;
};

/// The path of the pen, stroke by stroke.
using Path = std::vector<std::vector<Point>>;

Path write(int digit, Draws& draws) {
  const auto styles = detail::styles_of(digit);
  const detail::Style& style = styles[draws.below(styles.size())];
  const Warp warp(draws);
  const Affine affine(draws);
  Path path(style.size());
  for (std::size_t i = 0; i < style.size(); ++i) {
    detail::trace(style[i], 6, path[i]);
    for (Point& p : path[i]) p = affine(warp(p));
  }
  return path;
}

/// Scales the path so that the ink fits the box, and moves its centre of mass to the centre of the image.
void fit(Path& path, double radius) {
  Point low{1e9, 1e9}, high{-1e9, -1e9};
  for (const auto& stroke : path)
    for (const Point p : stroke) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
  const double scale = (box - 2 * radius) / std::max(high.x - low.x, high.y - low.y);

  Point sum{0, 0};
  double mass = 0;
  for (const auto& stroke : path)
    for (std::size_t i = 1; i < stroke.size(); ++i) {
      const Point a = stroke[i - 1], b = stroke[i];
      const double length = std::hypot(b.x - a.x, b.y - a.y);
      sum.x += length * (a.x + b.x) / 2;
      sum.y += length * (a.y + b.y) / 2;
      mass += length;
    }
  const Point centre{sum.x / mass, sum.y / mass};
  for (auto& stroke : path)
    for (Point& p : stroke) p = {side / 2.0 + scale * (p.x - centre.x), side / 2.0 + scale * (p.y - centre.y)};
}

/// Draws a path with a round pen, its edges smooth.
class Canvas {
 public:
  Canvas() { distance_.fill(1e9f); }

  /// A line from a to b with a pen of that radius.
  void draw(Point a, Point b, double radius) {
    const double reach = radius + softness;
    const int left = pixel(std::min(a.x, b.x) - reach), right = pixel(std::max(a.x, b.x) + reach);
    const int top = pixel(std::min(a.y, b.y) - reach), bottom = pixel(std::max(a.y, b.y) + reach);
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double inverse = 1 / std::max(dx * dx + dy * dy, 1e-12);
    for (int y = top; y <= bottom; ++y)
      for (int x = left; x <= right; ++x) {
        const double px = x + .5 - a.x, py = y + .5 - a.y;
        const double t = std::clamp((px * dx + py * dy) * inverse, 0.0, 1.0);
        const double ex = px - t * dx, ey = py - t * dy;
        float& nearest = distance_[static_cast<std::size_t>(y * side + x)];
        nearest = std::min(nearest, static_cast<float>(std::sqrt(ex * ex + ey * ey) - radius));
      }
  }

  void copy_to(std::uint8_t* pixels) const {
    for (const float distance : distance_) {
      const double ink = std::clamp(.5 - distance / softness, 0.0, 1.0);
      *pixels++ = static_cast<std::uint8_t>(std::lround(255 * ink));
    }
  }

 private:
  static constexpr double softness = 1.3;  ///< of the edges, in pixels
  static int pixel(double place) { return std::clamp(static_cast<int>(std::floor(place)), 0, side - 1); }

  std::array<float, side * side> distance_;  ///< from each pixel to the ink; below 0 inside it
};

void draw_digit(int digit, Draws& draws, std::uint8_t* pixels) {
  Path path = write(digit, draws);
  const double radius = std::clamp(draws.around(1.15, .3), .65, 1.9);
  fit(path, radius);

  // The pressure on the pen changes along the way.
  const double pressure = draws.between(0, .2), phase = draws.between(0, 6), pace = draws.between(.05, .15);
  Canvas canvas;
  double position = phase;
  for (const auto& stroke : path)
    for (std::size_t i = 1; i < stroke.size(); ++i, position += pace)
      canvas.draw(stroke[i - 1], stroke[i], radius * (1 + pressure * std::sin(position)));
  canvas.copy_to(pixels);
}

}  // namespace

Images synthetic_digits(Index n, std::uint64_t seed) {
  if (n < 0) throw_value_error("synthetic_digits", std::to_string(n) + " images", "n is at least 0");
  Images images{Tensor({n, side * side}, DType::uint8), Tensor({n}, DType::int64), side, side, 1, digits};
  std::uint8_t* pixels = images.pixels.mutable_data<std::uint8_t>();
  std::int64_t* labels = images.labels.mutable_data<std::int64_t>();
  const Index blocks = ceil_div(n, digits);
  parallel_for(blocks, 1, [&](Index begin, Index end) {
    for (Index block = begin; block < end; ++block) {
      const auto order = order_of(seed, block);
      for (Index i = block * digits; i < std::min(n, (block + 1) * digits); ++i) {
        const auto place = static_cast<std::size_t>(i % digits);
        Draws draws(seed, static_cast<std::uint64_t>(block) << 8 | place);
        labels[i] = order[place];
        draw_digit(order[place], draws, pixels + i * side * side);
      }
    }
  });
  return images;
}

}  // namespace tandem::data
