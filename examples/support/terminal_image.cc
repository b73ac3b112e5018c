#include "examples/support/terminal_image.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "autograd/error.h"

namespace tandem::examples {
namespace {

/// Brightness of each pixel, 0 to 255; NaN is 0.
std::vector<int> levels(const char* operation, const Tensor& image) {
  require(image.rank() == 2, operation, "image is [h, w]", {{"image", image}});
  const double unit = is_floating(image.dtype()) ? 255 : 1;
  std::vector<int> result;
  for (const double value : image.to_vector<double>())
    result.push_back(value > 0 ? static_cast<int>(std::lround(std::min(value * unit, 255.0))) : 0);
  return result;
}

}  // namespace

std::string half_blocks(const Tensor& image) {
  const std::vector<int> level = levels("half_blocks", image);
  const Index h = image.dim(0), w = image.dim(1);
  std::string text;
  for (Index y = 0; y < h; y += 2) {
    for (Index x = 0; x < w; ++x) {
      const int upper = level[static_cast<std::size_t>(y * w + x)];
      const int lower = y + 1 < h ? level[static_cast<std::size_t>((y + 1) * w + x)] : 0;
      text += fmt::format("\x1b[38;2;{0};{0};{0}m\x1b[48;2;{1};{1};{1}m▀", upper, lower);
    }
    text += "\x1b[0m\n";
  }
  return text;
}

std::string ascii_shades(const Tensor& image) {
  constexpr std::string_view shades = " .:-=+*#%@";
  const std::vector<int> level = levels("ascii_shades", image);
  const Index h = image.dim(0), w = image.dim(1);
  std::string text;
  for (Index y = 0; y < h; ++y) {
    std::string line;
    for (Index x = 0; x < w; ++x)
      line.append(
          2,
          shades[static_cast<std::size_t>(level[static_cast<std::size_t>(y * w + x)]) * shades.size() / 256]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string terminal_image(const Tensor& image) {
  return isatty(STDOUT_FILENO) ? half_blocks(image) : ascii_shades(image);
}

}  // namespace tandem::examples
