#pragma once

#include <filesystem>
#include <memory>

#include "examples/support/image_description.h"
#include "models/vae.h"

namespace tandem::examples {

/// For the file of a VAE: the log p(x) that all but one in a hundred of images reach which it was not trained on.
models::Architecture familiarity_threshold(models::Vae& model, const data::Images& held_out);

/// Says whether an image looks like those that a VAE was trained on: log p(x), for grey pixels its surrogate as in
/// Vae::elbo(), by 16 importance samples, is compared with that threshold. Plain images of something else entirely
/// can be more likely than those of the training data (Nalisnick et al. 2019, arXiv:1810.09136), and pass.
class Familiarity {
 public:
  /// @throws io::FileError if the file is missing or malformed, or says no threshold
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
