// Trains a variational autoencoder to make digits: the generative model, p(x).
//
//     train_vae                 10 epochs on MNIST, latents of 20 dimensions: 105.6 nats per test image
//     train_vae --latent-dim 2  latents that can be drawn on a page
//     sample --load runs/train_vae/model.safetensors

#include "examples/support/run.h"
#include "examples/support/vae_options.h"
#include "examples/support/vae_pictures.h"
#include "models/evaluate.h"

using namespace tandem;

int main(int argc, char** argv) {
  examples::VaeTrainingOptions options;
  return examples::run_program(argc, argv, "Trains a variational autoencoder to generate images.", options, [&] {
    examples::Run run(options, options.to_json());
    const data::Source data = options.data.load();
    models::Vae model(options.model(data.train));
    const auto optimizer = options.make_optimizer(model.parameters());
    run.start(model, *optimizer, model.architecture(), data.train.size(), data.name);

    for (const int epoch : run.epochs()) {
      for (const auto& [image, label] : run.batches(data.train)) {
        const models::Vae::Elbo elbo = model.elbo(image);
        const Tensor loss = elbo.loss(options.beta);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();

        run.meter.add("train_loss", loss.item(), image.dim(0));
        run.meter.add("train_reconstruction", elbo.reconstruction.item(), image.dim(0));
        run.meter.add("train_kl", elbo.kl.item(), image.dim(0));
      }
      Generator generator(options.seed + 1);  // its own: evaluating changes nothing about training
      const models::VaeEvaluation test = models::evaluate(model, data.test, generator);
      run.report({{"test_loss", test.loss(options.beta)},
                  {"test_reconstruction", test.reconstruction},
                  {"test_kl", test.kl}});
      examples::draw_epoch(run, model, data.test, epoch);
    }
    examples::draw_pictures(run, model, data.test);
    run.finish();
  });
}
