// What the flags of the training programs select.

#include "autograd/create.h"
#include "examples/support/training/mlp_options.h"
#include "examples/support/training/vae_options.h"
#include "tests/catch.h"
#include "tests/nn/data/images.h"

using namespace tandem;

TEST_CASE("options: --optimizer and its settings", "[programs]") {
  examples::TrainingOptions options;
  options.lr = 0.25;
  options.weight_decay = 0.5;
  const auto made = [&](const char* name) {
    Tensor weight = ones({2}).requires_grad_();
    options.optimizer = name;
    const auto optimizer = options.make_optimizer({weight});
    CHECK(optimizer->lr() == 0.25);
    weight.set_grad(zeros({2}));
    optimizer->step();
    CHECK(weight.to_vector<double>()[0] < 1);  // nothing but the decay moves it
    return optimizer->name();
  };
  CHECK(made("sgd") == "SGD");
  CHECK(made("adam") == "Adam");
  CHECK(made("adamw") == "AdamW");
  CHECK(made("rmsprop") == "RMSprop");
}

TEST_CASE("options: --schedule, as its rates show", "[programs]") {
  const Tensor weight = ones({2}).requires_grad_();
  examples::TrainingOptions options;
  options.lr = 1;
  const auto rates = [&](const char* name) {
    options.schedule = name;
    const auto optimizer = options.make_optimizer({weight});
    const auto schedule = options.make_schedule(*optimizer, 100);
    std::vector<double> seen;
    for (int step = 0; step <= 100; ++step) {
      if (step % 50 == 0) seen.push_back(optimizer->lr());
      if (schedule) schedule->step();
    }
    return seen;
  };
  const auto close = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double u, double v) { return std::abs(u - v) < 1e-6; });
  };
  CHECK(close(rates("constant"), {1, 1, 1}));
  CHECK(close(rates("linear"), {1, 0.5, 0}));
  CHECK(close(rates("cosine"), {1, 0.5, 0}));
  CHECK(close(rates("hold-linear"), {1, 1, 0}));
  const std::vector<double> one_cycle = rates("one-cycle");
  CHECK(one_cycle[0] == Approx(1.0 / 25));  // of OneCycleLR: a 25th at first, the whole at 30 %
  CHECK(one_cycle[1] > 0.5);
  CHECK(one_cycle[2] < 1e-4);
}

TEST_CASE("options: of train_mlp, as its model has them", "[programs]") {
  examples::MlpTrainingOptions options;
  options.hidden = {7, 5};
  options.activation = "silu";
  options.dropout = 0.1;
  options.input_dropout = 0.2;
  options.batch_norm = true;
  options.noise = 0.3;
  const models::MlpOptions model = options.model(test::small_images(8));
  CHECK(model.inputs == 6);
  CHECK(model.hidden == std::vector<Index>{7, 5});
  CHECK(model.classes == 4);
  CHECK(model.activation == nn::Activation::silu);
  CHECK(model.dropout == 0.1);
  CHECK(model.input_dropout == 0.2);
  CHECK(model.batch_norm);
  CHECK(model.noise == 0.3);
}

TEST_CASE("options: of train_vae, as its model has them", "[programs]") {
  examples::VaeTrainingOptions options;
  options.hidden = {9, 7};
  options.latent = 3;
  options.activation = "tanh";
  options.pseudo_inputs = 11;
  options.autoregressive = {6, 5};
  options.reach = 2;
  options.features = 4;
  const models::VaeOptions model = options.model(test::small_images(8));
  CHECK(model.inputs == 6);
  CHECK(model.encoder == std::vector<Index>{9, 7});
  CHECK(model.decoder == std::vector<Index>{7, 9});
  CHECK(model.latent == 3);
  CHECK(model.activation == nn::Activation::tanh);
  CHECK(model.pseudo_inputs == 11);
  CHECK(model.autoregressive == std::vector<Index>{6, 5});
  CHECK(model.reach == 2);
  CHECK(model.features == 4);
  CHECK(model.row_width == 3);
}
