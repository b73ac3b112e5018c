#pragma once

#include <string>

#include "autograd/create.h"
#include "examples/support/model_file.h"
#include "nn/data/synthetic.h"
#include "nn/io/image.h"
#include "tests/temporary.h"

namespace tandem::test {

/// A folder with a model and some pictures.
struct Files : TemporaryFolder {
  std::string mlp = path("mlp.safetensors"), vae = path("vae.safetensors");
  std::string digit = path("digit.png"), blank = path("blank.png");

  Files() {
    const models::Mlp classifier({.hidden = {8}});
    examples::save_model(mlp, classifier, classifier.architecture());
    const models::Vae autoencoder({.encoder = {8}, .decoder = {8}, .latent = 3});
    examples::save_model(vae, autoencoder, autoencoder.architecture());
    io::write_png(digit, data::synthetic_digits(1).pixels[0].reshape({28, 28}));
    io::write_png(blank, full({40, 40}, 200, DType::uint8));
  }
  std::string path(const std::string& name) const { return (*this / name).string(); }
};

}  // namespace tandem::test
