#include "examples/support/training/vae_pictures.h"

#include <algorithm>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/shape.h"
#include "autograd/profile.h"
#include "examples/support/draw/line_chart.h"
#include "examples/support/draw/sheet.h"
#include "models/latent.h"
#include "nn/data/picture_format.h"
#include "nn/io/image.h"

namespace tandem::examples {
namespace {

data::PictureFormat format_of(const data::Images& images) { return {images.height, images.width, images.channels}; }

constexpr const char *sample_kind = "sample", *reconstruction_kind = "reconstruction";

}  // namespace

void draw_epoch(Run& run, models::Vae& model, const data::Images& test, int epoch) {
  const ProfileScope profile("pictures");
  const data::PictureFormat format = format_of(test);
  const auto write = [&](const char* kind, const Tensor& rows, Index columns) {
    run.pictures.write(RunPictures::of_epoch(kind, static_cast<std::size_t>(epoch)),
                       io::grid(data::as_pictures(rows, format), columns));
  };
  Generator generator(7);  // the same z every epoch, so that the pictures show the decoder learning
  const Index side = images_across(format, 8);
  write(sample_kind, model.sample(side * side, generator), side);

  const Index count = images_across(format, 10);  // a row of originals over a row of copies
  const Tensor originals = test.batch(0, std::min(count, test.size())).image;
  write(reconstruction_kind, concat({originals, model.reconstruct(originals)}), originals.dim(0));
}

void draw_pictures(Run& run, models::Vae& model, const data::Images& test) {
  const ProfileScope profile("pictures");
  const data::PictureFormat format = format_of(test);
  const auto write = [&](const char* name, const Tensor& picture) { run.pictures.write(name, picture); };
  const Series loss = run.series("test_loss");
  for (std::size_t epoch = 1; epoch < loss.values.size(); ++epoch)  // the last one's are drawn by this very process
    for (const char* kind : {sample_kind, reconstruction_kind}) run.pictures.keep(RunPictures::of_epoch(kind, epoch));
  if (!loss.values.empty()) {
    write("curves_loss.png", line_chart("Negative ELBO", {run.series("train_loss"), loss}, "epoch", "nats per image"));
    write("curves_terms.png",
          line_chart("The two terms on the test set", {run.series("test_reconstruction"), run.series("test_kl")},
                     "epoch", "nats per image"));
  }

  const NoGrad no_grad;
  const Index pairs = images_across(format, 5), steps = std::max<Index>(2, images_across(format, 10));
  std::vector<Tensor> strips;
  for (Index i = 0; i < pairs && 2 * i + 1 < test.size(); ++i) {
    const Tensor ends = model.encode(test.batch(2 * i, 2 * i + 2).image).mu;
    strips.push_back(model.probabilities(models::interpolate(ends[0], ends[1], steps)));
  }
  if (!strips.empty()) write("interpolation.png", io::grid(data::as_pictures(concat(strips), format), steps));
  if (model.options().latent == 2) {
    const Index side = images_across(format, 20);
    const Tensor plane = model.probabilities(models::latent_plane(side, 2, 0, 1));
    write("manifold.png", io::grid(data::as_pictures(plane, format), side, 0));
  }
}

}  // namespace tandem::examples
