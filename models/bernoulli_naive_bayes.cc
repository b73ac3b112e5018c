#include "models/bernoulli_naive_bayes.h"

#include <cmath>
#include <numeric>

#include "autograd/ops/compare.h"
#include "autograd/ops/index.h"
#include "autograd/ops/matmul.h"

namespace tandem::models {

BernoulliNaiveBayes::BernoulliNaiveBayes(Index d, Index k, double smoothing)
    : d_(d),
      k_(k),
      smoothing_(smoothing),
      on_(static_cast<std::size_t>(std::max<Index>(d * k, 0))),
      images_(static_cast<std::size_t>(std::max<Index>(k, 0))) {
  if (d < 1 || k < 1 || !(smoothing > 0))
    throw_value_error("BernoulliNaiveBayes",
                      std::to_string(d) + " pixels, " + std::to_string(k) + " classes, smoothing " + to_text(smoothing),
                      "at least one pixel and one class, and a smoothing above 0");
}

void BernoulliNaiveBayes::add(const Tensor& x, const Tensor& labels) {
  require(x.rank() == 2 && x.dim(1) == d_ && labels.rank() == 1 && labels.dim(0) == x.dim(0),
          "BernoulliNaiveBayes::add", "x is [n, d] and labels [n]", {{"x", x}, {"labels", labels}});
  require_indices("BernoulliNaiveBayes::add", labels, k_);  // all of them before anything is counted
  const Tensor on = greater(x, 0.5);
  const std::uint8_t* pixel = on.data<std::uint8_t>();
  const std::int64_t* const classes = labels.data<std::int64_t>();
  for (Index i = 0; i < x.dim(0); ++i, pixel += d_) {
    const std::int64_t label = classes[i];
    images_[static_cast<std::size_t>(label)] += 1;
    double* count = &on_[static_cast<std::size_t>(label * d_)];
    for (Index j = 0; j < d_; ++j) count[j] += pixel[j];
  }
}

/// m_j, [d]
std::vector<double> BernoulliNaiveBayes::average() const {
  const auto d = static_cast<std::size_t>(d_);
  const double all = std::accumulate(images_.begin(), images_.end(), 0.0);
  std::vector<double> average(d);
  for (std::size_t i = 0; i < on_.size(); ++i) average[i % d] += on_[i];
  for (double& m : average) m = (m + 1) / (all + 2);
  return average;
}

Tensor BernoulliNaiveBayes::probabilities() const {
  const auto d = static_cast<std::size_t>(d_);
  const std::vector<double> m = average();
  Tensor p({k_, d_}, DType::float64);
  double* to = p.mutable_data<double>();
  for (std::size_t i = 0; i < on_.size(); ++i) to[i] = (on_[i] + smoothing_ * m[i % d]) / (images_[i / d] + smoothing_);
  return p;
}

Tensor BernoulliNaiveBayes::log_joint(const Tensor& x) const {
  require(x.rank() == 2 && x.dim(1) == d_, "BernoulliNaiveBayes::log_joint", "x is [n, d]", {{"x", x}});
  // log p(x, y) = b_y + sum_j x_j w_yj is linear in the pixels: w are log-odds, b_y is that of the black image.
  const std::vector<double> m = average();
  Tensor weight({k_, d_}, DType::float64), bias({k_}, DType::float64);
  const double all = std::accumulate(images_.begin(), images_.end(), 0.0);
  for (Index y = 0; y < k_; ++y) {
    const double* on = &on_[static_cast<std::size_t>(y * d_)];
    double* w = weight.mutable_data<double>() + y * d_;
    const double images = images_[static_cast<std::size_t>(y)], log_images = std::log(images + smoothing_);
    double b = log_images - std::log(all + static_cast<double>(k_) * smoothing_);
    for (Index j = 0; j < d_; ++j) {
      // 1 - p from what speaks for it: as a difference it is 0 where p rounds to 1.
      const double mean = m[static_cast<std::size_t>(j)];
      const double log_off = std::log(images - on[j] + smoothing_ * (1 - mean));
      w[j] = std::log(on[j] + smoothing_ * mean) - log_off;
      b += log_off - log_images;
    }
    bias.mutable_data<double>()[y] = b;
  }
  return linear(greater(x, 0.5).to(DType::float64), weight, bias);
}

}  // namespace tandem::models
