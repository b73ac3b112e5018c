#pragma once

#include "nn/linear.h"
#include "nn/sequential.h"

namespace tandem::models {

/// What a Judge is built from.
struct JudgeOptions {
  Index inputs = 784;
  std::vector<Index> hidden = {256, 64};  ///< the last one is the number of features
  Index classes = 10;
};

/// A classifier that judges the samples of generative models. Its last hidden layer is a feature space in which images
/// that look alike are near each other; sets of images are compared there. Once trained it is frozen, since figures of
/// different judges cannot be compared.
class Judge : public nn::Module {
 public:
  /// @throws ValueError if there is no hidden layer, or inputs, classes or a width is below 1
  explicit Judge(const JudgeOptions& options = {});

  /// Logits of p(y | x).  x [n, inputs] -> [n, classes]
  Tensor operator()(const Tensor& x) { return output_(hidden_(x)); }
  /// The penultimate layer.  x [n, inputs] -> [n, hidden.back()]
  Tensor features(const Tensor& x) { return hidden_(x); }
  std::string describe() const override { return "Judge"; }

  /// What it finds in samples.
  struct Verdict {
    std::vector<double> histogram;     ///< share of the samples that it assigns to each class
    double agreement = 0;              ///< share that it assigns to the wanted class; NaN if none was wanted
    double frechet_distance = 0;       ///< see frechet.h
    double precision = 0, recall = 0;  ///< see nearest_neighbours.h
  };
  /// @param samples, real  [n, inputs] and [m, inputs]; n = m for a fair distance
  /// @param wanted         int64 [n], or undefined
  /// @throws ShapeError unless n and m are at least 4 and the shapes are as above, DTypeError for `wanted` of another
  ///         type, ValueError if a feature is a NaN or an infinity
  Verdict verdict(const Tensor& samples, const Tensor& wanted, const Tensor& real);

 private:
  nn::Sequential hidden_{*this, "hidden"};
  nn::Linear output_;
};

}  // namespace tandem::models
