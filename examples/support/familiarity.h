#pragma once

#include <filesystem>
#include <memory>

#include "examples/support/image_description.h"
#include "models/vae.h"

namespace tandem::examples {

/// For the file of a VAE: the log p(x) that 99 % of held-out images reach.
models::Architecture familiarity_threshold(models::Vae& model, const data::Images& held_out);

/// Says whether an image looks like those that a VAE was trained on: compares log p(x), estimated by 16 importance
/// samples, with that threshold; for grey pixels it is the surrogate of Vae::elbo(). Simple images of something else
/// entirely can be more likely than the training data (Nalisnick et al. 2019, arXiv:1810.09136), and pass.
class Familiarity {
 public:
  /// @throws io::FileError if the file is missing or malformed, or holds no threshold
  explicit Familiarity(const std::filesystem::path& vae_file);

  const ImageDescription& images() const { return images_; }
  double threshold() const { return threshold_; }
  /// @param image  [1, d]
  double log_likelihood(const Tensor& image);

 private:
  std::unique_ptr<models::Vae> vae_;
  ImageDescription images_;
  double threshold_;
};

}  // namespace tandem::examples
