#include "examples/support/draw/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "examples/support/draw/picture.h"

namespace tandem::examples {
namespace {

/// Where the tiles of a grid lie: `columns` in a row, at most as many as there are.
struct Tiling {
  Index columns, rows, width, height, margin;

  Tiling(Index n, Index wanted_columns, Index tile_width, Index tile_height, Index outer)
      : columns(std::clamp<Index>(wanted_columns, 1, std::max<Index>(n, 1))),
        rows((n + columns - 1) / columns),
        width(tile_width),
        height(tile_height),
        margin(outer) {}

  Index x(Index i) const { return margin + i % columns * width; }
  Index y(Index i) const { return margin + i / columns * height; }
  Index right() const { return 2 * margin + columns * width; }
  Index bottom() const { return 2 * margin + rows * height; }
};

/// How many screen pixels wide an image's pixel is drawn, so that `extent` of them take about `wanted`.
Index magnification(Index extent, Index wanted) { return std::max<Index>(1, wanted / std::max<Index>(extent, 1)); }

/// The names as pictures show them: long ones without their middle, and numbers in place of those that the font cannot
/// write or that look the same.
std::vector<std::string> legible(std::vector<std::string> names) {
  constexpr std::size_t end = 7, longest = 2 * end + 2;
  const auto is_written = [](char c) { return c >= ' ' && c <= '~'; };
  for (std::string& name : names) {
    if (!std::all_of(name.begin(), name.end(), is_written)) name.clear();
    if (name.size() > longest) name = name.substr(0, end) + ".." + name.substr(name.size() - end);
  }
  const std::vector<std::string> shortened = names;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].empty() || std::count(shortened.begin(), shortened.end(), names[i]) > 1) names[i] = std::to_string(i);
  return names;
}

std::string name_of(std::int64_t label, const std::vector<std::string>& names) {
  const auto place = static_cast<std::size_t>(label);
  return place < names.size() ? names[place] : std::to_string(label);
}

bool is_dark(Colour c) { return 2 * c.red + 5 * c.green + c.blue < 8 * 140; }

/// White for 0; blue for right and orange for wrong predictions, darker for larger counts.
Colour cell_colour(std::int64_t count, std::int64_t largest, bool right) {
  if (count <= 0 || largest <= 0) return white;
  const double t = std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(largest));
  return right ? mix({222, 235, 247}, {8, 69, 148}, t) : mix({254, 237, 222}, {200, 70, 0}, 1.4 * t);
}

/// -1 blue, 0 white, 1 red.  Source: ColorBrewer's RdBu.
Colour diverging_colour(double t) {
  constexpr std::array<Colour, 7> stops = {
      {{5, 48, 97}, {33, 102, 172}, {103, 169, 207}, {247, 247, 247}, {239, 138, 98}, {178, 24, 43}, {103, 0, 31}}};
  if (std::isnan(t)) return {128, 128, 128};
  const double at = (std::clamp(t, -1.0, 1.0) + 1) / 2 * (stops.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  return mix(stops[below], stops[below + 1], at - static_cast<double>(below));
}

/// The magnitude that all but one in 500 weights do not exceed; 1 if it is 0 or no weight is finite.
double common_scale(const std::vector<double>& weights) {
  std::vector<double> sizes;
  for (const double weight : weights)
    if (std::isfinite(weight)) sizes.push_back(std::abs(weight));
  if (sizes.empty()) return 1;
  const auto high = sizes.begin() + static_cast<std::ptrdiff_t>((sizes.size() - 1) * 499 / 500);
  std::nth_element(sizes.begin(), high, sizes.end());
  return *high > 0 ? *high : 1;
}

void draw_scale(Picture& picture, Index centre, Index top, double scale) {
  constexpr Index half = 100, thickness = 12;
  for (Index i = -half; i <= half; ++i)
    picture.rectangle(centre + i, top, 1, thickness, diverging_colour(static_cast<double>(i) / half));
  picture.text(centre - half - 10, top, fmt::format("{:.2g}", -scale), muted, Align::right, 1);
  picture.text(centre + half + 10, top, fmt::format("{:.2g}", scale), muted, Align::left, 1);
}

}  // namespace

Tensor confusion_matrix(const Tensor& counts, const std::vector<std::string>& class_names) {
  require(counts.rank() == 2 && counts.dim(0) == counts.dim(1), "confusion_matrix", "counts is [k, k]",
          {{"counts", counts}});
  const Index k = counts.dim(0);
  const std::int64_t* count = counts.data<std::int64_t>();
  const std::int64_t largest = k > 0 ? *std::max_element(count, count + k * k) : 0;
  constexpr Index widest = 4096, large_enough = 24;  // of the whole; of a cell with a number in it
  const Index scale = k <= 16 ? 2 : 1, top = 84;
  const std::vector<std::string> names = legible(class_names);
  std::vector<std::string> rows;
  Index left = 76;
  for (Index i = 0; i < k; ++i) {
    rows.push_back(names.empty() ? std::to_string(i) : fmt::format("{} {}", name_of(i, names), i));
    left = std::max(left, Picture::text_width(rows.back(), scale) + 28);
  }
  const Index cell = k <= 16 ? 58 : std::clamp<Index>(widest / k, 2, 32);
  const Index every = cell < large_enough ? (large_enough + cell - 1) / cell : 1;  // names are written in such steps
  const Index middle = (cell - Picture::text_height(scale)) / 2;

  Picture picture(left + k * cell + 100, top + k * cell + 24);
  picture.text(left + k * cell / 2, 20, "predicted", ink, Align::centre);
  picture.text(left - 14, top - 28, "true", ink, Align::right);
  picture.text(left + k * cell + 16, top - 28, "recall", muted);
  for (Index i = 0; i < k; ++i) {
    std::int64_t of_class = 0;
    for (Index j = 0; j < k; ++j) {
      const std::int64_t here = count[i * k + j];
      const Colour colour = cell_colour(here, largest, i == j);
      const Index side = every == 1 ? cell - 2 : cell;
      picture.rectangle(left + j * cell, top + i * cell, side, side, here > 0 ? colour : Colour{245, 245, 245});
      if (here > 0 && every == 1)
        picture.text(left + j * cell + cell / 2, top + i * cell + middle, std::to_string(here),
                     is_dark(colour) ? white : ink, Align::centre, scale);
      of_class += here;
    }
    if (i % every != 0) continue;
    picture.text(left - 14, top + i * cell + middle, rows[static_cast<std::size_t>(i)], ink, Align::right, scale);
    picture.text(left + i * cell + cell / 2, top - 28, std::to_string(i), ink, Align::centre, scale);
    if (of_class > 0)
      picture.text(
          left + k * cell + 16, top + i * cell + middle,
          fmt::format("{:.1f}%", 100.0 * static_cast<double>(count[i * k + i]) / static_cast<double>(of_class)), muted,
          Align::left, scale);
  }
  return picture.pixels();
}

Tensor mistakes(const Tensor& images, const Tensor& labels, const Tensor& predictions, const Tensor& confidences,
                Index columns, const std::vector<std::string>& class_names) {
  const Index n = images.dim(0);
  require((images.rank() == 3 || images.rank() == 4) && labels.size() == n && predictions.size() == n &&
              confidences.size() == n,
          "mistakes", "images is [n, h, w] or [n, h, w, 3]; labels, predictions and confidences are [n]",
          {{"images", images}, {"labels", labels}, {"predictions", predictions}, {"confidences", confidences}});
  const auto truth = labels.to_vector<std::int64_t>(), guess = predictions.to_vector<std::int64_t>();
  const auto confidence = confidences.to_vector<double>();
  const std::vector<std::string> names = legible(class_names);
  std::vector<std::vector<std::string>> captions;  // in one line, or in two if classes have names
  Index caption_width = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    const std::string true_class = name_of(truth[i], names) + " ->";
    const std::string prediction = fmt::format("{}  {:.0f}%", name_of(guess[i], names), 100 * confidence[i]);
    if (names.empty()) captions.push_back({true_class + " " + prediction});
    else captions.push_back({true_class, prediction});
    for (const std::string& line : captions.back()) caption_width = std::max(caption_width, Picture::text_width(line));
  }
  const Index factor = magnification(images.dim(2), 112), gap = 24;
  const Index width = factor * images.dim(2), height = factor * images.dim(1);
  const Tiling tiles(n, columns, std::max(width, caption_width) + gap, height + (names.empty() ? 44 : 64), 20);

  Picture picture(std::max<Index>(tiles.right() - gap, 200), std::max<Index>(tiles.bottom() - 20, 60));
  if (n == 0) picture.text(picture.width() / 2, 22, "no mistakes", muted, Align::centre);
  for (Index i = 0; i < n; ++i) {
    const Index centre = tiles.x(i) + (tiles.width - gap) / 2;
    picture.paste(centre - width / 2, tiles.y(i), images[i], factor);
    Index top = tiles.y(i) + height + 8;
    for (const std::string& line : captions[static_cast<std::size_t>(i)]) {
      picture.text(centre, top, line, ink, Align::centre);
      top += 20;
    }
  }
  return picture.pixels();
}

Tensor weight_tiles(const Tensor& weights, Index h, Index w, Index columns) {
  require(weights.rank() == 2 && h > 0 && w > 0 && weights.dim(1) == h * w, "weight_tiles", "weights is [n, h w]",
          {{"weights", weights}});
  const std::vector<double> values = weights.to_vector<double>();
  const double scale = common_scale(values);
  const Index n = weights.dim(0), factor = magnification(w, 60), gap = 4;
  const Tiling tiles(n, columns, factor * w + gap, factor * h + gap, 16);

  Picture picture(std::max<Index>(tiles.right() - gap, 340), tiles.bottom() + 28);
  for (Index i = 0; i < n; ++i)
    for (Index pixel = 0; pixel < h * w; ++pixel)
      picture.rectangle(tiles.x(i) + pixel % w * factor, tiles.y(i) + pixel / w * factor, factor, factor,
                        diverging_colour(values[static_cast<std::size_t>(i * h * w + pixel)] / scale));
  draw_scale(picture, picture.width() / 2, tiles.bottom(), scale);
  return picture.pixels();
}

}  // namespace tandem::examples
