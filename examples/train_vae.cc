// Trains a variational autoencoder to make digits: the generative model, p(x).
//
//     train_vae                 10 epochs on MNIST, latents of 20 dimensions: 105.6 nats per test image
//     train_vae --latent-dim 2  latents that can be drawn on a page
//     sample --load runs/train_vae/model.safetensors
//
// and estimates log p(x) of black-and-white test digits by importance sampling:
//
//     train_vae --binarize dynamic --likelihood-samples 5000
//     train_vae --preset burda-iwae   the importance-weighted autoencoder of Burda et al. 2015, trained for an hour
//     train_vae --preset best         z says which strokes, and each pixel sees those drawn before it
//     train_vae --load FILE --epochs 0 --out DIR ...   the same for an existing model, with the flags of its training

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "examples/support/familiarity.h"
#include "examples/support/plural.h"
#include "examples/support/training/run.h"
#include "examples/support/training/vae_options.h"
#include "examples/support/training/vae_pictures.h"
#include "models/evaluate.h"
#include "models/likelihood.h"

using namespace tandem;

namespace {

/// The loss of a batch; adds its figures to the meter.
Tensor loss_of(models::Vae& model, const Tensor& x, const examples::VaeTrainingOptions& options,
               examples::Meter& meter) {
  const Index n = x.dim(0);
  Tensor loss;
  if (options.importance_samples > 1) {
    loss = models::resampled_iwae_loss(model, x, options.importance_samples);
  } else {
    const models::Vae::Elbo elbo = model.elbo(x);
    loss = elbo.loss(options.beta);
    meter.add("train_reconstruction", elbo.reconstruction.item(), n);
    meter.add("train_kl", elbo.kl.item(), n);
  }
  meter.add("train_loss", loss.item(), n);
  return loss;
}

/// log p(x) of the test images, and how it was estimated; empty without --likelihood-samples.
nlohmann::json likelihood_of(models::Vae& model, const data::Images& test,
                             const examples::VaeTrainingOptions& options) {
  if (options.likelihood_samples == 0) return nlohmann::json::object();
  const Tensor x = test.batch(0, test.size()).image;
  const models::Likelihood result = models::log_likelihood(model, x, {.samples = options.likelihood_samples});
  const Index active = models::active_units(model, x);
  if (!options.quiet)
    fmt::print(
        "test NLL {} +- {} nats: {} images binarised with seed {}, {} importance samples, seed {}; "
        "{} of {} latents active\n",
        examples::figure_text(-result.log_likelihood, 2), examples::figure_text(result.standard_error, 2), test.size(),
        options.binarize_seed, result.samples, result.seed, active, options.latent);
  return {{"test_nll", -result.log_likelihood},     {"test_nll_standard_error", result.standard_error},
          {"nll_samples", result.samples},          {"nll_seed", result.seed},
          {"binarize_seed", options.binarize_seed}, {"active_units", active}};
}

}  // namespace

int main(int argc, char** argv) {
  examples::VaeTrainingOptions options;
  return examples::run_program(argc, argv, "Trains a variational autoencoder to generate images.", options, [&] {
    examples::Run run(options);
    const data::Source data = options.load_data();
    models::Vae model(options.model(data.train));
    if (options.start_from_data) {
      if (options.pseudo_inputs > data.train.size())
        throw examples::UsageError(fmt::format("--pseudo-inputs {}: there are only {}", options.pseudo_inputs,
                                               examples::counted(data.train.size(), "training image")));
      const data::Images some = data.train.first(std::max<Index>(10'000, options.pseudo_inputs));  // enough for a mean
      model.start_from(some.batch(0, some.size()).image);
    }
    const auto optimizer = options.make_optimizer(model.parameters());
    examples::Averages averages(model.parameters(), options.average);
    run.keep(averages);
    const auto test = [&](const std::function<void()>& before_batch) -> examples::Figures {
      Generator generator(options.seed + 1);  // its own, so that evaluating does not change the training
      const models::VaeEvaluation terms = models::evaluate(model, data.test, generator, before_batch);
      return {{"test_loss", terms.loss(options.beta)},
              {"test_reconstruction", terms.reconstruction},
              {"test_kl", terms.kl}};
    };
    const auto augmentation = options.augmentation(data.train);
    run.start(model, *optimizer, model.architecture(), data);

    for (const int epoch : run.epochs()) {
      // Here, not at the end of the epoch before: a run that stopped between its checkpoint and its pictures draws them
      // when it is resumed.
      if (epoch > 1 && !run.resumes_in_middle())
        averages.during([&] { examples::draw_epoch(run, model, data.test, epoch - 1); });
      for (const auto& [image, label] : run.batches(data.train)) {
        const Tensor seen = augmentation(image), x = options.binarizes_anew() ? data::binarize(seen) : seen;
        const Tensor loss = loss_of(model, x, options, run.meter);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();
        averages.update();
      }
      run.report(test);
    }
    averages.replace_weights();
    if (options.epochs > 0) {
      models::Architecture metadata;
      if (options.binarize == "none") metadata = examples::familiarity_threshold(model, data.test);
      run.save_model(metadata);
      examples::draw_epoch(run, model, data.test, options.epochs);
    }
    examples::draw_pictures(run, model, data.test);
    nlohmann::json figures = likelihood_of(model, data.test, options);
    if (options.epochs == 0)
      for (const auto& [name, value] : test({})) {
        figures[name] = value;
        if (!options.quiet) fmt::print("{} {}\n", name, examples::figure_text(value));
      }
    run.finish(figures);
  });
}
