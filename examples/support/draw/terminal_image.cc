#include "examples/support/draw/terminal_image.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "autograd/error.h"
#include "nn/io/image.h"

namespace tandem::examples {
namespace {

/// Red, green and blue of each pixel, 0 to 255.
std::vector<std::array<int, 3>> colours(const char* operation, const Tensor& image) {
  const bool grey = image.rank() == 2;
  require(grey || (image.rank() == 3 && image.dim(2) == 3), operation, "image is [h, w] or [h, w, 3]",
          {{"image", image}});
  const std::vector<std::uint8_t> levels = io::to_bytes(image).to_vector<std::uint8_t>();
  std::vector<std::array<int, 3>> result;
  for (std::size_t i = 0; i < levels.size(); i += grey ? 1 : 3)
    result.push_back({levels[i], levels[grey ? i : i + 1], levels[grey ? i : i + 2]});
  return result;
}

}  // namespace

std::string half_blocks(const Tensor& image) {
  const auto colour = colours("half_blocks", image);
  const Index h = image.dim(0), w = image.dim(1);
  std::string text;
  for (Index y = 0; y < h; y += 2) {
    for (Index x = 0; x < w; ++x) {
      const auto upper = colour[static_cast<std::size_t>(y * w + x)];
      const auto lower = y + 1 < h ? colour[static_cast<std::size_t>((y + 1) * w + x)] : std::array{0, 0, 0};
      text += fmt::format("\x1b[38;2;{};{};{}m\x1b[48;2;{};{};{}m▀", upper[0], upper[1], upper[2], lower[0], lower[1],
                          lower[2]);
    }
    text += "\x1b[0m\n";
  }
  return text;
}

std::string ascii_shades(const Tensor& image) {
  constexpr std::string_view shades = " .:-=+*#%@";
  const auto colour = colours("ascii_shades", image);
  const Index h = image.dim(0), w = image.dim(1);
  std::string text;
  for (Index y = 0; y < h; ++y) {
    std::string line;
    for (Index x = 0; x < w; ++x) {
      const auto [red, green, blue] = colour[static_cast<std::size_t>(y * w + x)];
      const auto brightness = static_cast<std::size_t>(io::brightness(red, green, blue));
      line.append(2, shades[brightness * shades.size() / 256]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string terminal_image(const Tensor& image) {
  return isatty(STDOUT_FILENO) ? half_blocks(image) : ascii_shades(image);
}

}  // namespace tandem::examples
