#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// The number of nats that encode a black-and-white image without knowledge of any other: its code length under an
/// adaptive context model. The probability of a pixel is learnt, within the image, from the earlier pixels with the
/// same context c, that is, with the same neighbours (four on the left, five in the row above, one two rows above):
///
///     L(x) = -sum_j log (n_c(x_j) + 1/2) / (n_c(0) + n_c(1) + 1)
///
/// where n_c counts the pixel values that followed context c so far (Krichevsky & Trofimov's estimator).
///
/// A likelihood falls with the complexity of an image, whatever the model knows. The log-ratio to a code that knows
/// nothing, -log p(x) - L(x), is free of this effect, and high for images unlike those that the model was trained on.
/// @param x  [n, height width], on where above 1/2
/// @return   n numbers, >= 0
/// @throws ShapeError if x has other extents
/// Source: Serra et al. 2020, arXiv:1909.11480, equation 1, with this code in place of their PNG.
std::vector<double> complexity(const Tensor& x, Index height, Index width);

}  // namespace tandem::models
