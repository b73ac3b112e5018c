// New images from the model of train_vae: z is drawn from the prior, and the decoder says how likely each pixel
// is to be white. A model with --autoregressive draws the pixels one after the other, each given those before it.
// The model of train_semi_supervised is also told the class of each image: a column for each class.
//
//     sample --load runs/train_vae/model.safetensors                         64 new images in samples.png
//     sample --load runs/train_vae/model.safetensors --interpolate 0,1       from one test image to another
//     sample --load runs/train_vae/model.safetensors --manifold              a map of the latent space
//
// Takes a few tenths of a second.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "autograd/create.h"
#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/math.h"
#include "autograd/ops/reduce.h"
#include "autograd/ops/shape.h"
#include "examples/support/draw/sheet.h"
#include "examples/support/flags.h"
#include "examples/support/image_description.h"
#include "examples/support/labels_in_turn.h"
#include "examples/support/model_file.h"
#include "examples/support/plural.h"
#include "examples/support/program.h"
#include "examples/support/test_set.h"
#include "models/latent.h"
#include "nn/data/binarize.h"
#include "nn/io/image.h"
#include "nn/text.h"

using namespace tandem;

namespace {

/// "3,14" as two numbers.
std::pair<Index, Index> parse_pair(const std::string& text) {
  const auto parts = examples::split_at_commas(text);
  std::uint64_t numbers[2] = {};
  const auto parse = [&](std::size_t i) {
    return examples::parse_whole_number(parts[i], 0, std::numeric_limits<Index>::max(), numbers[i]);
  };
  if (parts.size() != 2 || !parse(0) || !parse(1))
    throw examples::UsageError("--interpolate " + text + ": expected two numbers, such as 3,14, or random");
  return {static_cast<Index>(numbers[0]), static_cast<Index>(numbers[1])};
}

struct Options {
  std::filesystem::path model, out = "runs/sample";
  Index count = 64, steps = 10;
  bool separate = false, manifold = false, binary = false;
  std::string interpolate;
  std::optional<std::pair<Index, Index>> ends;  ///< of a walk between test images: their numbers
  std::uint64_t seed = 1;
  examples::TestSetOptions test_set;

  void add_to(CLI::App& app) {
    app.add_option("--load", model, "model.safetensors that train_vae or train_semi_supervised wrote")
        ->type_name("FILE")
        ->required();
    app.add_option("--count", count, "number of new images")->check(examples::whole_number_from(1, 10'000));
    app.add_flag("--separate", separate, "write a file for each new image, not one grid");
    app.add_option("--interpolate", interpolate,
                   "walk from test image A to B (latents on a line) or between random latents (on an arc)")
        ->type_name("A,B|random");
    app.add_option("--steps", steps, "number of images in a walk")->check(examples::whole_number_from(2, 1000));
    app.add_flag("--manifold", manifold, "a grid of 20 x 20 images over the two latents that change the image most");
    app.add_flag("--binary", binary, "draw each pixel as 0 or 1, instead of showing how likely it is to be 1");
    app.add_option("--out", out, "folder for the pictures")->type_name("DIR");
    examples::add_seed(app, seed, "seed of latents and pixels");
    test_set.add_to(app);
    app.final_callback([this, &app] {
      const bool walks = app.count("--interpolate") > 0;
      for (const char* flag : {"--count", "--separate"})
        if (app.count(flag) > 0 && (walks || manifold))
          throw examples::UsageError(std::string(flag) + " is for new images, not for --interpolate and --manifold");
      if (app.count("--steps") > 0 && !walks) throw examples::UsageError("--steps is for --interpolate");
      if (walks && interpolate != "random") ends = parse_pair(interpolate);
      if (app.count("--data") > 0 && !ends)
        throw examples::UsageError("--data is for walks between test images: add --interpolate A,B");
    });
  }
};

/// Points on the great circle from a to b, both ends included: a straight line would pass near the origin, where in
/// many dimensions the prior has almost no mass.  a, b [z] -> [steps, z].
Tensor interpolate_spherically(const Tensor& a, const Tensor& b, Index steps) {
  const double lengths = std::sqrt(sum(square(a)).item() * sum(square(b)).item());
  const double angle = std::acos(std::clamp(sum(a * b).item() / lengths, -1.0, 1.0));
  if (std::sin(angle) < 1e-6) return models::interpolate(a, b, steps);
  std::vector<Tensor> points;
  for (Index i = 0; i < steps; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(steps - 1);
    points.push_back(a * (std::sin((1 - t) * angle) / std::sin(angle)) + b * (std::sin(t * angle) / std::sin(angle)));
  }
  return stack(points);
}

/// Writes pictures of the form `format`: a file for each, or one for all.
class Album {
 public:
  Album(const Options& options, data::PictureFormat format) : options_(options), format_(format) {}

  /// @param columns  of the grid; 0: as many as rows
  void add(const std::string& name, const Tensor& images, Index columns = 0, Index padding = 2) const {
    fmt::print("{}\n", printable(write(name, images, columns, padding).string()));
  }

  /// Adds new images: one file, or with --separate a file for each.
  void add_samples(const Tensor& images, Index columns = 0) const {
    if (!options_.separate) return add("samples", images, columns);
    for (Index i = 0; i < images.dim(0); ++i) write(name_of(i), images.rows(i, i + 1), 1, 0);
    fmt::print("{}, {}\n", examples::counted(images.dim(0), "file"),
               printable((options_.out / "sample_*.png").string()));
    if (const Index more = existing_from(images.dim(0)); more > 0)
      fmt::print("{} with higher numbers were there before, and stay\n", more);
  }

 private:
  static std::string name_of(Index i) { return fmt::format("sample_{:04}", i); }

  /// How many files follow one another from number i on: of an earlier call, or the user's own.
  Index existing_from(Index i) const {
    Index existing = 0;
    std::error_code error;
    while (std::filesystem::exists(options_.out / (name_of(i + existing) + ".png"), error)) ++existing;
    return existing;
  }

  std::filesystem::path write(const std::string& name, const Tensor& images, Index columns, Index padding) const {
    std::error_code error;
    std::filesystem::create_directories(options_.out, error);
    if (error) throw io::WriteError(options_.out, "not a folder that can be written to: " + error.message());
    const std::filesystem::path path = options_.out / (name + ".png");
    io::write_png(path, io::grid(data::as_pictures(images, format_), columns, padding));
    return path;
  }

  const Options& options_;
  data::PictureFormat format_;
};

/// Draws --count images of the classes in turn, with a model that is told the class.
void sample_classes(const Options& options) {
  if (options.manifold || !options.interpolate.empty())
    throw examples::UsageError("--manifold and --interpolate need a model of train_vae");
  const auto model = examples::load_conditional_vae(options.model);
  const auto images = examples::ImageDescription::read(options.model, model->options().inputs);
  const Index classes = model->options().classes;
  const NoGrad no_grad;
  Generator generator(options.seed);
  const Tensor drawn = model->sample(examples::labels_in_turn(options.count, classes), generator);
  Album(options, images.format).add_samples(options.binary ? data::binarize(drawn, generator) : drawn, classes);
}

class Sampler {
 public:
  explicit Sampler(const Options& options)
      : options_(options),
        vae_(examples::load_vae(options.model)),
        images_(examples::ImageDescription::read(options.model, vae_->options().inputs)),
        album_(options, images_.format),
        generator_(options.seed) {}

  void new_images() {
    const models::Vae::Drawn drawn = vae_->draw(vae_->sample_prior(options_.count, generator_), generator_);
    album_.add_samples(options_.binary ? drawn.pixel : drawn.probability);
  }

  /// The walk, with the two images themselves at its ends.
  void walk_between_test_images(Index a, Index b) {
    const data::Images test = options_.test_set.load(images_);
    for (const Index i : {a, b})
      if (i < 0 || i >= test.size())
        throw examples::UsageError(
            fmt::format("--interpolate: {} is not an image of the test set, which has 0 to {}", i, test.size() - 1));
    const Index indices[] = {a, b};
    const Tensor ends = test.batch(indices).image;
    if (ends.dim(1) != vae_->options().inputs)
      throw io::FileError(options_.model,
                          fmt::format("the model takes images of {} pixels, but those of {} have {}",
                                      vae_->options().inputs, options_.test_set.of(images_), ends.dim(1)));
    const Tensor mu = vae_->encode(ends).mu;
    const Tensor walk = pixels(models::interpolate(mu[0], mu[1], options_.steps));
    album_.add("interpolation", concat({ends.rows(0, 1), walk, ends.rows(1, 2)}), options_.steps + 2);
  }

  void walk_between_random_latents() {
    const Tensor ends = vae_->sample_prior(2, generator_);
    album_.add("interpolation", pixels(interpolate_spherically(ends[0], ends[1], options_.steps)), options_.steps);
  }

  void manifold() {
    if (latent() < 2) throw examples::UsageError("--manifold: the model has fewer than two latents");
    const auto [x, y] = strongest_latents();
    fmt::print("latent {} from left to right, latent {} from bottom to top\n", x, y);
    const Index side = examples::images_across(images_.format, 20);
    album_.add("manifold", pixels(models::latent_plane(side, latent(), x, y)), side, 0);
  }

 private:
  Index latent() const { return vae_->options().latent; }

  Tensor pixels(const Tensor& z) { return options_.binary ? vae_->draw(z, generator_).pixel : vae_->probabilities(z); }

  /// The two latents, in order, that change the image most from -1 to 1. A latent that the model does not use changes
  /// nothing.
  std::pair<Index, Index> strongest_latents() {
    const Tensor axes = eye(latent());
    const Tensor change = mean(abs(vae_->probabilities(axes) - vae_->probabilities(-axes)), {1});
    const std::vector<double> strength = change.to_vector<double>();
    std::vector<Index> order(strength.size());
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + 2, order.end(), [&](Index a, Index b) {
      return strength[static_cast<std::size_t>(a)] > strength[static_cast<std::size_t>(b)];
    });
    return std::minmax(order[0], order[1]);
  }

  const Options& options_;
  std::unique_ptr<models::Vae> vae_;
  examples::ImageDescription images_;
  Album album_;
  Generator generator_;
  NoGrad no_grad_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Draws new images from a variational autoencoder.", options, [&] {
    if (examples::knows_classes(options.model)) return sample_classes(options);
    Sampler sampler(options);
    if (options.ends) sampler.walk_between_test_images(options.ends->first, options.ends->second);
    else if (!options.interpolate.empty()) sampler.walk_between_random_latents();
    if (options.manifold) sampler.manifold();
    if (options.interpolate.empty() && !options.manifold) sampler.new_images();
  });
}
