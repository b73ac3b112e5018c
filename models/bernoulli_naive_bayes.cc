#include "models/bernoulli_naive_bayes.h"

#include <cmath>
#include <numeric>

#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/matmul.h"

namespace tandem::models {
namespace {

const BernoulliNaiveBayesOptions& checked(const BernoulliNaiveBayesOptions& options) {
  if (options.inputs < 1 || options.classes < 1 || !(options.prior_images > 0))
    throw_value_error("BernoulliNaiveBayes",
                      std::to_string(options.inputs) + " pixels, " + std::to_string(options.classes) +
                          " classes, prior_images " + to_text(options.prior_images),
                      "at least one pixel and one class, and prior_images above 0");
  return options;
}

}  // namespace

BernoulliNaiveBayes::BernoulliNaiveBayes(const BernoulliNaiveBayesOptions& options)
    : options_(checked(options)),
      on_(static_cast<std::size_t>(options.inputs * options.classes)),
      images_(static_cast<std::size_t>(options.classes)) {}

void BernoulliNaiveBayes::add(const Tensor& x, const Tensor& labels) {
  const Index d = options_.inputs;
  require(x.rank() == 2 && x.dim(1) == d && labels.rank() == 1 && labels.dim(0) == x.dim(0), "BernoulliNaiveBayes::add",
          "x is [n, d] and labels [n]", {{"x", x}, {"labels", labels}});
  require_indices("BernoulliNaiveBayes::add", labels, options_.classes);  // all of them before anything is counted
  const Tensor on = greater(x, 0.5);
  const std::uint8_t* pixel = on.data<std::uint8_t>();
  const std::int64_t* const classes = labels.data<std::int64_t>();
  for (Index i = 0; i < x.dim(0); ++i, pixel += d) {
    const std::int64_t label = classes[i];
    images_[static_cast<std::size_t>(label)] += 1;
    double* count = &on_[static_cast<std::size_t>(label * d)];
    for (Index j = 0; j < d; ++j) count[j] += pixel[j];
  }
}

/// m_j, [d]
std::vector<double> BernoulliNaiveBayes::average() const {
  const auto d = static_cast<std::size_t>(options_.inputs);
  const double all = std::accumulate(images_.begin(), images_.end(), 0.0);
  std::vector<double> average(d);
  for (std::size_t i = 0; i < on_.size(); ++i) average[i % d] += on_[i];
  for (double& m : average) m = (m + 1) / (all + 2);
  return average;
}

Tensor BernoulliNaiveBayes::probabilities() const {
  const auto d = static_cast<std::size_t>(options_.inputs);
  const std::vector<double> m = average();
  Tensor p({options_.classes, options_.inputs}, DType::float64);
  double* to = p.mutable_data<double>();
  const double s = options_.prior_images;
  for (std::size_t i = 0; i < on_.size(); ++i) to[i] = (on_[i] + s * m[i % d]) / (images_[i / d] + s);
  return p;
}

Tensor BernoulliNaiveBayes::log_joint(const Tensor& x) const {
  const auto& [d, k, s] = options_;
  require(x.rank() == 2 && x.dim(1) == d, "BernoulliNaiveBayes::log_joint", "x is [n, d]", {{"x", x}});
  // log p(x, y) = b_y + sum_j x_j w_yj is linear in the pixels: w are log-odds, b_y is log p(x, y) of the black image.
  const std::vector<double> m = average();
  Tensor weight({k, d}, DType::float64), bias({k}, DType::float64);
  const double all = std::accumulate(images_.begin(), images_.end(), 0.0);
  for (Index y = 0; y < k; ++y) {
    const double* on = &on_[static_cast<std::size_t>(y * d)];
    double* w = weight.mutable_data<double>() + y * d;
    const double images = images_[static_cast<std::size_t>(y)], log_images = std::log(images + s);
    double b = log_images - std::log(all + static_cast<double>(k) * s);
    for (Index j = 0; j < d; ++j) {
      // log(1 - p) from the images with the pixel off: the difference 1 - p is 0 where p rounds to 1.
      const double mean = m[static_cast<std::size_t>(j)];
      const double log_off = std::log(images - on[j] + s * (1 - mean));
      w[j] = std::log(on[j] + s * mean) - log_off;
      b += log_off - log_images;
    }
    bias.mutable_data<double>()[y] = b;
  }
  return linear(greater(x, 0.5).to(DType::float64), weight, bias);
}

}  // namespace tandem::models
