#pragma once

#include "autograd/tensor.h"

namespace tandem::data {

/// A picture of one digit, drawn, scanned or photographed, as MNIST would show it: white ink on black, the
/// digit scaled to fit 20 x 20 pixels, its centre of mass in the middle of 28 x 28.
///
/// The paper is what the border of the picture shows; if it is lighter than the middle between the lightest
/// and the darkest pixel, the picture is inverted. Ink is what stands out from the paper by more than the
/// paper varies along the border. A picture of 400 pixels a side or more is first reduced to 200 to 400, each new pixel
/// the mean of those that it covers, so that the noise of a camera does not count as ink.
///
/// @param picture     uint8 [h, w], as io::read_image gives it
/// @return            uint8 [28, 28]
/// @throws ValueError if there is no ink
/// Source: the description of MNIST by LeCun, Cortes & Burges, http://yann.lecun.com/exdb/mnist/
Tensor prepare_digit(const Tensor& picture);

}  // namespace tandem::data
