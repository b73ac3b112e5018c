// Trains a multilayer perceptron to classify digits: the discriminative model, p(y | x).
//
//     train_mlp                     5 epochs on MNIST: 98.4 % of the test images right, in some 6 s
//     train_mlp --preset fast       2 epochs of a smaller one: past 98 % in one or two seconds
//     train_mlp --preset best       60 epochs of a deeper net with noise: 99.0 %, in some 4 minutes
//     predict --load runs/train_mlp/model.safetensors digit.png

#include "autograd/ops/loss.h"
#include "examples/support/training/mlp_options.h"
#include "examples/support/training/mlp_pictures.h"
#include "examples/support/training/run.h"
#include "models/evaluate.h"
#include "nn/metrics.h"

using namespace tandem;

int main(int argc, char** argv) {
  examples::MlpTrainingOptions options;
  return examples::run_program(argc, argv, "Trains a multilayer perceptron to classify images.", options, [&] {
    examples::Run run(options);
    const data::Source data = options.data.load();
    models::Mlp model(options.model(data.train));
    const auto optimizer = options.make_optimizer(model.parameters());
    examples::Averages averages(model.parameters(), options.average);
    run.keep(averages);
    const auto augmentation = options.augmentation(data.train);
    run.start(model, *optimizer, model.architecture(), data);

    for ([[maybe_unused]] const int epoch : run.epochs()) {
      for (const auto& [image, label] : run.batches(data.train)) {
        const Tensor logits = model(augmentation(image));
        const Tensor loss = cross_entropy(logits, label, options.label_smoothing);
        optimizer->zero_grad();
        loss.backward();
        optimizer->step();
        averages.update();

        const Index n = image.dim(0), correct = nn::correct_predictions(logits, label);
        run.meter.add("train_loss", loss.item(), n);
        run.meter.add("train_accuracy", static_cast<double>(correct) / static_cast<double>(n), n);
      }
      run.report([&](const auto& before_batch) -> examples::Figures {
        const models::Evaluation test = models::evaluate(model, data.test, before_batch);
        return {{"test_loss", test.loss}, {"test_accuracy", test.accuracy}};
      });
    }
    averages.replace_weights();
    run.save_model();
    examples::draw_pictures(run, model, data);
    run.finish();
  });
}
