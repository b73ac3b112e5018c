#include "examples/support/vae_pictures.h"

#include <fmt/core.h>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "examples/support/line_chart.h"
#include "models/latent.h"
#include "nn/data/picture_format.h"
#include "nn/io/image.h"

namespace tandem::examples {
namespace {

Tensor as_images(const Tensor& rows, const data::Images& like) {
  return data::as_pictures(rows, {like.height, like.width, like.channels});
}

/// Those of an older run in the same folder, which had more epochs, would be taken for this one's.
void remove_later_pictures(const Run& run) {
  for (std::size_t epoch = run.series("test_loss").values.size() + 1, removed = 1; removed > 0; ++epoch) {
    removed = 0;
    for (const char* name : {"sample", "reconstruction"})
      removed += std::filesystem::remove(run.folder() / fmt::format("{}_{:03}.png", name, epoch));
  }
}

}  // namespace

void draw_epoch(const Run& run, models::Vae& model, const data::Images& test, int epoch) {
  const auto write = [&](const char* name, const Tensor& rows, Index columns) {
    io::write_png(run.folder() / fmt::format("{}_{:03}.png", name, epoch), io::grid(as_images(rows, test), columns));
  };
  Generator generator(7);  // the same z every epoch, so that the pictures show the decoder learning
  write("sample", model.sample(64, generator), 8);

  constexpr Index count = 10;  // a row of originals over a row of copies
  const Tensor originals = test.batch(0, std::min(count, test.size())).image;
  write("reconstruction", concat({originals, model.reconstruct(originals)}), originals.dim(0));
}

void draw_pictures(const Run& run, models::Vae& model, const data::Images& test) {
  remove_later_pictures(run);
  const auto write = [&](const char* name, const Tensor& picture) { io::write_png(run.folder() / name, picture); };
  if (const Series loss = run.series("test_loss"); !loss.values.empty()) {
    write("curves_loss.png", line_chart("Negative ELBO", {run.series("train_loss"), loss}, "epoch", "nats per image"));
    write("curves_terms.png",
          line_chart("The two terms on the test set", {run.series("test_reconstruction"), run.series("test_kl")},
                     "epoch", "nats per image"));
  }

  const NoGrad no_grad;
  constexpr Index pairs = 5, steps = 10;
  std::vector<Tensor> strips;
  for (Index i = 0; i < pairs && 2 * i + 1 < test.size(); ++i) {
    const Tensor ends = model.encode(test.batch(2 * i, 2 * i + 2).image).mu;
    strips.push_back(model.probabilities(models::interpolate(ends[0], ends[1], steps)));
  }
  if (!strips.empty()) write("interpolation.png", io::grid(as_images(concat(strips), test), steps));
  if (model.options().latent == 2) {
    constexpr Index side = 20;
    write("manifold.png", io::grid(as_images(model.probabilities(models::latent_plane(side, 2, 0, 1)), test), side, 0));
  } else {
    std::filesystem::remove(run.folder() / "manifold.png");
  }
}

}  // namespace tandem::examples
