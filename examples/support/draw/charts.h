#pragma once

#include <string>
#include <vector>

#include "autograd/tensor.h"

namespace tandem::examples {

// Each returns a picture, uint8 [h, w, 3], for io::write_png. Classes are shown by name, cut to 16 letters; by number
// if they have no name, the font lacks a letter of it, or two names are the same when cut.

/// The numbers of examples by true class (rows) and predicted class (columns), with the recall of each class.
/// The colour depends on the logarithm of the number, so that single errors show beside a thousand successes.
/// @param counts       int64 [k, k]
/// @param class_names  by label
Tensor confusion_matrix(const Tensor& counts, const std::vector<std::string>& class_names = {});

/// Images under which stand the true class, the predicted one and the model's confidence: "4 -> 9  99%".
/// @param images                            [n, h, w] or [n, h, w, 3], uint8 or floating in [0, 1]
/// @param labels, predictions, confidences  int64 [n], int64 [n], floating [n]
/// @param class_names                       by label
Tensor mistakes(const Tensor& images, const Tensor& labels, const Tensor& predictions, const Tensor& confidences,
                Index columns, const std::vector<std::string>& class_names = {});

/// Each row of a weight matrix as an image: blue below 0, white at 0, red above, on one scale for all, drawn below.
/// @param weights  floating [n, h w]
Tensor weight_tiles(const Tensor& weights, Index h, Index w, Index columns);

}  // namespace tandem::examples
