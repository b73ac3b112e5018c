// Learns to classify digits from a hundred labels and all the images: generative and discriminative in one.
//
//     train_semi_supervised                       M2: p(x, y) on the pixels
//     train_vae --preset m1 --out runs/m1
//     train_semi_supervised --latents-of runs/m1/model.safetensors
//                                                 M1+M2: on the latents of a VAE that saw no label
//
// --seed draws the labels too. Source: Kingma, Rezende, Mohamed, Welling 2014, arXiv:1406.5298.

#include <functional>

#include "autograd/graph.h"
#include "autograd/ops/noise.h"
#include "examples/support/image_description.h"
#include "examples/support/model_file.h"
#include "examples/support/program.h"
#include "examples/support/streams.h"
#include "examples/support/training/run.h"
#include "examples/support/training/semi_supervised_options.h"
#include "nn/data/binarize.h"
#include "nn/data/loader.h"
#include "nn/metrics.h"
#include "nn/text.h"

using namespace tandem;

namespace {

/// What the model learns from: pixels drawn black or white, or latents drawn from q(z | x) of a VAE.
class Inputs {
 public:
  Inputs(const std::filesystem::path& vae_file, const data::Source& data) : size_(data.train.pixels.dim(1)) {
    if (vae_file.empty()) return;
    vae_ = examples::load_vae(vae_file);
    if (vae_->options().inputs != size_)
      throw examples::UsageError("--latents-of: the VAE takes " + std::to_string(vae_->options().inputs) +
                                 " pixels, but the images have " + std::to_string(size_));
    const auto images = examples::ImageDescription::read(vae_file, size_);
    if (images.is_of_other_data(examples::ImageDescription::of(data)))
      examples::complain("warning: --latents-of: the VAE was trained on " + in_quotes(images.data) + ", not on " +
                         in_quotes(data.name) + "\n  its latents may say little about these images");
    size_ = vae_->options().latent;
  }

  Index size() const { return size_; }
  /// For training: drawn anew each time that an image is seen.
  Tensor draw(const Tensor& image) const {
    const NoGrad no_grad;
    if (!vae_) return data::binarize(image);
    const auto [mu, log_var] = vae_->encode(image);
    return reparameterize(mu, log_var);
  }
  /// For testing: the grey values, or the mean of q(z | x).
  Tensor mean(const Tensor& image) const {
    const NoGrad no_grad;
    return vae_ ? vae_->encode(image).mu : image;
  }

 private:
  Index size_;
  std::unique_ptr<models::Vae> vae_;
};

double accuracy(models::SemiSupervisedVae& model, const Inputs& inputs, const data::Images& images,
                const std::function<void()>& before_batch) {
  const NoGrad no_grad;
  const nn::Evaluating evaluating(model);
  Index correct = 0;
  for (const auto& [image, label] : data::Loader(images, {.batch_size = 1000, .shuffle = false})) {
    before_batch();
    correct += nn::correct_predictions(model(inputs.mean(image)), label);
  }
  return static_cast<double>(correct) / static_cast<double>(images.size());
}

}  // namespace

int main(int argc, char** argv) {
  examples::SemiSupervisedOptions options;
  return examples::run_program(argc, argv, "Learns a classifier from few labels and many images.", options, [&] {
    examples::Run run(options);
    const data::Source data = options.data.load();
    options.check(data);
    const Inputs inputs(options.latents_of, data);
    models::SemiSupervisedVae model(options.model(inputs.size(), data.train.classes));
    Generator of_labels(options.seed);
    const data::Images labelled = data::balanced(data.train, options.labels, of_labels);
    const data::Batch known = labelled.batch(0, labelled.size());
    const auto optimizer = options.make_optimizer(model.parameters());
    examples::Averages averages(model.parameters(), options.average);
    run.keep(averages);
    const auto augmentation = options.augmentation(data.train);
    const auto draw = [&](const Tensor& image) { return inputs.draw(augmentation(image)); };
    run.start(model, *optimizer, model.architecture(), data);

    const double share = static_cast<double>(labelled.size()) / static_cast<double>(data.train.size());
    for ([[maybe_unused]] const int epoch : run.epochs()) {
      for (const auto& [image, hidden_label] : run.batches(data.train)) {
        const auto terms = model.loss(draw(known.image), known.label, draw(image));
        const Tensor loss = terms.total(share, options.alpha);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();
        averages.update();

        const Index n = image.dim(0);
        run.meter.add("train_labelled", terms.labelled.item(), n);
        run.meter.add("train_unlabelled", terms.unlabelled.item(), n);
        run.meter.add("train_classification", terms.classification.item(), n);
        run.meter.add("train_loss", loss.item(), n);
      }
      run.report([&](const auto& before_batch) -> examples::Figures {
        return {{"test_accuracy", accuracy(model, inputs, data.test, before_batch)}};
      });
    }
    averages.replace_weights();
    run.save_model();
    run.finish({{"labels", labelled.size()}});
  });
}
