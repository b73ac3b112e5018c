#include "nn/data/prepare_digit.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autograd/error.h"
#include "nn/data/resample.h"

namespace tandem::data {
namespace {

constexpr Index side = 28, box = 20;
constexpr Index enough = 200;  ///< pixels along the longer side; among many more, noise would pass for faint ink

/// Brightness of an image of any size, 0 outside of it.
struct Grey {
  Index height, width;
  std::vector<double> values;

  Grey(Index h, Index w) : height(h), width(w), values(static_cast<std::size_t>(h * w)) {}
  double& operator()(Index y, Index x) { return values[static_cast<std::size_t>(y * width + x)]; }
  double operator()(Index y, Index x) const { return values[static_cast<std::size_t>(y * width + x)]; }
};

Grey as_grey(const Tensor& picture) {
  Grey grey(picture.dim(0), picture.dim(1));
  grey.values = picture.to_vector<double>();
  return grey;
}

/// The value below which the given share of the values lies.
double quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::vector<double> border_of(const Grey& image) {
  std::vector<double> border;
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x)
      if (y == 0 || x == 0 || y == image.height - 1 || x == image.width - 1) border.push_back(image(y, x));
  return border;
}

constexpr double least_contrast = 16;  ///< between ink and paper

std::string range_of(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return std::to_string(std::lround(*low)) + " and " + std::to_string(std::lround(*high));
}

[[noreturn]] void throw_no_ink(const Grey& picture) {
  const auto [low, high] = std::minmax_element(picture.values.begin(), picture.values.end());
  std::string problem = "the picture, of shape " + to_string(Shape{picture.height, picture.width});
  if (*high - *low < 2 * least_contrast)
    problem += ", shows nothing: its pixels lie between " + range_of(picture.values);
  else
    problem += ", shows no ink on paper: its pixels lie between " + range_of(picture.values) +
               ", but those along its border, which should be paper, between " + range_of(border_of(picture));
  throw_value_error("prepare_digit", problem,
                    "one digit, dark on light or light on dark, with a margin of plain paper around it is expected");
}

/// Each new pixel is the mean of the area that it covers, along one axis at a time. This resizes along the rows and
/// transposes the result, so that two calls resize both axes and end the right way up.
Grey resize_rows_and_transpose(const Grey& image, Index width) {
  Grey result(width, image.height);
  const double scale = static_cast<double>(image.width) / static_cast<double>(width);
  for (Index to = 0; to < width; ++to) {
    const double begin = static_cast<double>(to) * scale;
    const auto [first, weights] = average(begin, begin + scale, image.width);
    Index x = first;
    for (const double weight : weights) {
      for (Index y = 0; y < image.height; ++y) result(to, y) += image(y, x) * weight;
      ++x;
    }
  }
  return result;
}

/// The image, reduced by a whole factor, which keeps edges sharp, if `enough` pixels along its longer side are left.
Grey reduced(const Grey& image) {
  const Index factor = std::max(image.height, image.width) / enough;
  if (factor < 2) return image;
  const auto scaled = [factor](Index extent) { return std::max<Index>(1, extent / factor); };
  return resize_rows_and_transpose(resize_rows_and_transpose(image, scaled(image.width)), scaled(image.height));
}

/// How much ink is at each place: 0 for paper, 1 for the strongest ink.
Grey find_ink(const Tensor& picture) {
  Grey ink = reduced(as_grey(picture));
  auto [darkest, lightest] = std::minmax_element(ink.values.begin(), ink.values.end());
  const double low = *darkest, high = *lightest;
  if (quantile(border_of(ink), 0.5) > (low + high) / 2)
    for (double& value : ink.values) value = low + high - value;

  std::vector<double> border = border_of(ink);
  const double paper = quantile(border, 0.5);
  for (double& value : border) value = std::abs(value - paper);
  const double faintest = paper + 2 * quantile(border, 0.9);  // whatever is no lighter than that is paper
  const double strongest = *std::max_element(ink.values.begin(), ink.values.end());
  if (strongest - faintest < least_contrast) throw_no_ink(as_grey(picture));
  for (double& value : ink.values) value = value > faintest ? (value - paper) / (strongest - paper) : 0;
  return ink;
}

/// The smallest part of the image that holds all but the faintest ink.
Grey crop(const Grey& ink) {
  constexpr double visible = 0.15;  // in MNIST the outermost rows and columns have stronger ink
  Index top = ink.height, bottom = 0, left = ink.width, right = 0;
  for (Index y = 0; y < ink.height; ++y)
    for (Index x = 0; x < ink.width; ++x) {
      if (ink(y, x) < visible) continue;
      top = std::min(top, y), bottom = std::max(bottom, y + 1);
      left = std::min(left, x), right = std::max(right, x + 1);
    }
  Grey part(bottom - top, right - left);
  for (Index y = 0; y < part.height; ++y)
    for (Index x = 0; x < part.width; ++x) part(y, x) = ink(top + y, left + x);
  return part;
}

Grey fit_into_box(const Grey& image) {
  const double scale = static_cast<double>(box) / static_cast<double>(std::max(image.height, image.width));
  const auto scaled = [scale](Index extent) {
    return std::max<Index>(1, std::lround(scale * static_cast<double>(extent)));
  };
  return resize_rows_and_transpose(resize_rows_and_transpose(image, scaled(image.width)), scaled(image.height));
}

/// Where the digit begins along one axis, so that its centre of mass comes to the middle, as far as it fits.
/// In MNIST that is pixel 14, counted from 0: the centres of all its images lie in [14, 15).
Index centred(double moment, double mass, Index extent) {
  constexpr double rounding = 1e-9;
  const auto start = static_cast<Index>(std::ceil(static_cast<double>(side) / 2 - moment / mass - rounding));
  return std::clamp<Index>(start, 0, side - extent);
}

Tensor place_in_middle(const Grey& digit) {
  double mass = 0, moment_y = 0, moment_x = 0;
  for (Index y = 0; y < digit.height; ++y)
    for (Index x = 0; x < digit.width; ++x) {
      mass += digit(y, x);
      moment_y += digit(y, x) * (static_cast<double>(y) + 0.5);
      moment_x += digit(y, x) * (static_cast<double>(x) + 0.5);
    }
  const Index top = centred(moment_y, mass, digit.height), left = centred(moment_x, mass, digit.width);
  const double strongest = *std::max_element(digit.values.begin(), digit.values.end());

  Tensor result({side, side}, DType::uint8);
  std::uint8_t* pixels = result.mutable_data<std::uint8_t>();
  std::fill_n(pixels, side * side, std::uint8_t{0});
  for (Index y = 0; y < digit.height; ++y)
    for (Index x = 0; x < digit.width; ++x)
      pixels[(top + y) * side + left + x] = static_cast<std::uint8_t>(std::lround(255 * digit(y, x) / strongest));
  return result;
}

}  // namespace

Tensor prepare_digit(const Tensor& picture) {
  require(picture.rank() == 2 && picture.size() > 0, "prepare_digit", "picture is [h, w], not empty",
          {{"picture", picture}});
  return place_in_middle(fit_into_box(crop(find_ink(picture))));
}

}  // namespace tandem::data
