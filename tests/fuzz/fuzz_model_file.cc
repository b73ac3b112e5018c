#include "examples/support/image_description.h"
#include "examples/support/model_file.h"
#include "tests/fuzz/input.h"

bool tandem::fuzz::read_model_file(Bytes bytes) {
  const auto path = as_file(bytes);
  const auto comes_back = [&](auto load) {
    return accepts([&] {
      const auto model = load(path);
      examples::save_model(folder() / "copy", *model, model->architecture());
      expect(accepts([&] { load(folder() / "copy"); }), "what was loaded, saved again, loads");
    });
  };
  const bool vae = comes_back(examples::load_vae), classifier = comes_back(examples::load_classifier),
             conditional = comes_back(examples::load_conditional_vae);
  accepts([&] { examples::ImageDescription::read(path, 784); });
  expect(!(vae && (classifier || conditional)), "a file is of one model");
  expect(!conditional || examples::knows_classes(path), "a conditional VAE knows classes");
  return vae || classifier || conditional;
}
