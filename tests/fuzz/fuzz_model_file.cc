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
  const bool mlp = comes_back(examples::load_mlp), vae = comes_back(examples::load_vae),
             conditional = comes_back(examples::load_conditional_vae);
  accepts([&] { examples::ImageDescription::read(path, 784); });
  expect(mlp + vae + conditional <= 1, "a file is of one model");
  return mlp || vae || conditional;
}
