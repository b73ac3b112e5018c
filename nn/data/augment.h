#pragma once

#include <string>
#include <vector>

#include "autograd/random.h"
#include "nn/data/dataset.h"

namespace tandem::data {

/// How far training images are changed each time they are seen; 0 for not at all.
struct AugmentOptions {
  double shift = 0;    ///< pixels, at most, in each direction
  double rotate = 0;   ///< degrees, at most, in each direction
  double scale = 0;    ///< 0.15: height and width, each on its own, by a factor from 0.85 to 1.15
  double elastic = 0;  ///< alpha of Simard et al., pixels
  double flip = 0;     ///< probability that left and right are exchanged

  /// Width of the Gaussian that smooths elastic displacements, pixels: Simard et al.'s sigma.
  double elastic_sigma = 4;

  bool any() const { return shift > 0 || rotate > 0 || scale > 0 || elastic > 0 || flip > 0; }
};

/// Reads "elastic", "shift=3" and the like, one for each entry. Without a number: shift=2, rotate=15, scale=0.15,
/// elastic=34, flip=0.5.
/// @throws ValueError that lists the names, or says what the number may be
AugmentOptions augmentation_named(const std::vector<std::string>& entries);

/// Distorts images at random, each in its own way. Pixel p of the new image is taken, interpolated linearly, from
///
///     c + S R (p - c) + t + alpha G * u(p)
///
/// of the old one, or from its nearest pixel where that point lies outside. Here c is the middle, t the shift, R the
/// rotation, S = diag(1 / factors), its first entry negated for a flip, u independent draws from U(-1, 1) for each
/// pixel and axis, and G * the convolution with a Gaussian whose weights sum to 1.
/// Source of the elastic distortion: Simard, Steinkraus, Platt 2003 (ICDAR), section 2.
class Augmentation {
 public:
  /// @param images      their height, width and channels are those of all images to distort
  /// @throws ValueError if an amount is NaN, negative or above a million, scale is not below 1, flip is above 1, or the
  ///                    sigma is not above 0
  Augmentation(const Images& images, const AugmentOptions& options);

  /// @param image  floating [n, height width channels]
  /// @return       of the same shape and type; `image` itself if the options change nothing, and then nothing is drawn.
  ///               The draws are the same for any number of threads
  Tensor operator()(const Tensor& image, Generator& generator = default_generator()) const;

 private:
  Tensor displacements(Index n, Generator& generator) const;

  Index height_, width_, channels_;
  AugmentOptions options_;
  Tensor smooth_rows_, smooth_columns_;  ///< [height, height] and [width, width]
};

}  // namespace tandem::data
