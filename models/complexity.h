#pragma once

#include <vector>

#include "autograd/tensor.h"

namespace tandem::models {

/// How many nats it takes to write a black-and-white image down, for someone who has never seen any: the
/// length of its code by an adaptive context model. Each pixel's probability is learnt, within the image,
/// from the pixels before it with the same c neighbours (four on its left, five above, one two rows above):
///
///     L(x) = -sum_j log (n_c(x_j) + 1/2) / (n_c(0) + n_c(1) + 1)
///
/// where n_c counts what followed context c so far (Krichevsky & Trofimov's estimator).
///
/// A likelihood falls with the complexity of an image whatever the model knows. The ratio to a code that
/// knows nothing, -log p(x) - L(x), is free of that and high for what the model was not trained on.
/// @param x  [n, height width], on where above 1/2
/// @return   n numbers, >= 0
/// @throws ShapeError if x has other extents
/// Source: Serra et al. 2020, arXiv:1909.11480, equation 1, with this code for their PNG.
std::vector<double> complexity(const Tensor& x, Index height, Index width);

}  // namespace tandem::models
