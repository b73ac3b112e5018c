#pragma once

#include <algorithm>

#include "nn/data/picture_format.h"

namespace tandem::examples {

/// How many images stand side by side, or one below the other, on a sheet of up to 4,096 pixels a side: as many as are
/// wanted, fewer of large ones, but at least 1.
inline Index images_across(const data::PictureFormat& format, Index wanted) {
  constexpr Index sheet = 4096, padding = 2;
  return std::clamp<Index>(sheet / (std::max(format.height, format.width) + padding), 1, wanted);
}

}  // namespace tandem::examples
