#include "examples/support/model_file.h"

#include "autograd/create.h"
#include "autograd/random.h"
#include "models/semi_supervised_vae.h"
#include "nn/io/file.h"
#include "tests/check.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("model_file: a VAE with a learned prior comes back", "[programs]") {
  manual_seed(1);
  const TemporaryFolder folder;
  models::Vae model({.inputs = 9, .encoder = {5}, .decoder = {4}, .latent = 2, .pseudo_inputs = 3});
  examples::save_model(folder / "vae", model, model.architecture());
  const auto copy = examples::load_vae(folder / "vae");
  const Tensor z = randn({4, 2});
  check_equal(copy->log_prior(z), model.log_prior(z));
}

TEST_CASE("model_file: an autoregressive VAE comes back, and is refused if it claims to be larger", "[programs]") {
  manual_seed(3);
  const TemporaryFolder folder;
  models::Vae model({.inputs = 12,
                     .encoder = {5},
                     .decoder = {4},
                     .latent = 2,
                     .pseudo_inputs = 3,
                     .autoregressive = {6, 5},
                     .reach = 2,
                     .features = 3,
                     .row_width = 4});
  examples::save_model(folder / "vae", model, model.architecture());
  const auto copy = examples::load_vae(folder / "vae");
  const Tensor x = bernoulli({5, 12}, 0.4), z = randn({5, 2});
  check_equal(copy->logits(x, z), model.logits(x, z));
  for (const auto& [key, value] : models::Architecture{
           {"autoregressive", "6,100000"}, {"features", "100000"}, {"features", "16000000"}, {"reach", "60"}}) {
    models::Architecture larger = model.architecture();
    larger[key] = value;
    examples::save_model(folder / "larger", model, larger);
    CHECK_THAT(message_of<io::FileError>([&] { examples::load_vae(folder / "larger"); }),
               ContainsSubstring("larger model"));
  }
}

TEST_CASE("model_file: a conditional VAE comes back with its p(y)", "[programs]") {
  manual_seed(2);
  const TemporaryFolder folder;
  models::ConditionalVae model({.inputs = 9, .classes = 3, .encoder = {5}, .decoder = {4}, .latent = 2});
  model.set_prior(tensor({1, 2, 1}));
  examples::save_model(folder / "model", model, model.architecture());
  const auto copy = examples::load_conditional_vae(folder / "model");
  const Tensor x = bernoulli({4, 9}, 0.4);
  Generator one(1), two(1);
  check_equal(copy->classify(x, 1, one), model.classify(x, 1, two));
  const std::string wrong_kind = message_of<io::FileError>([&] { examples::load_vae(folder / "model"); });
  CHECK_THAT(wrong_kind, ContainsSubstring("/model: holds a model of kind conditional_vae\n  hint: one of kind vae"));
  CHECK(wrong_kind.find("hint:") == wrong_kind.rfind("hint:"));
}

TEST_CASE("model_file: of a semi-supervised model each part can be had", "[programs]") {
  manual_seed(3);
  const TemporaryFolder folder;
  models::SemiSupervisedVaeOptions options{
      .generative = {.inputs = 9, .classes = 3, .encoder = {5}, .decoder = {4}, .latent = 2},
      .classifier = {.inputs = 9, .hidden = {6}, .classes = 3}};
  models::SemiSupervisedVae model(options);
  model.eval();
  examples::save_model(folder / "model", model, model.architecture());
  const Tensor x = bernoulli({4, 9}, 0.4);
  check_equal((*examples::load_classifier(folder / "model"))(x), model(x));
  Generator one(1), two(1);
  check_equal(examples::load_conditional_vae(folder / "model")->classify(x, 1, one),
              model.generative().classify(x, 1, two));
  CHECK(examples::knows_classes(folder / "model"));

  options.generative.observation = models::Observation::gaussian;  // as for the latents of another model
  const models::SemiSupervisedVae on_latents(options);
  examples::save_model(folder / "on_latents", on_latents, on_latents.architecture());
  CHECK_THAT(message_of<io::FileError>([&] { examples::load_classifier(folder / "on_latents"); }),
             ContainsSubstring("from the latents of another model"));
  auto larger = model.architecture();
  larger["classifier.hidden"] = "6000";
  examples::save_model(folder / "larger", model, larger);
  CHECK_THAT(message_of<io::FileError>([&] { examples::load_classifier(folder / "larger"); }),
             ContainsSubstring("larger model"));
}

TEST_CASE("model_file: a checkpoint is no model, and says where the model is", "[programs]") {
  const TemporaryFolder folder;
  const models::Mlp model({.inputs = 9, .hidden = {6}, .classes = 3});
  examples::save_model(folder / "checkpoint", model, {{"format", examples::checkpoint_format}});
  for (const auto& error : {message_of<io::FileError>([&] { examples::load_classifier(folder / "checkpoint"); }),
                            message_of<io::FileError>([&] { examples::load_vae(folder / "checkpoint"); })})
    CHECK_THAT(error, ContainsSubstring("is a checkpoint, not a model\n  hint: the model is model.safetensors"));
}

TEST_CASE("model_file: a description larger than the file is refused before memory is taken", "[programs]") {
  const TemporaryFolder folder;
  const models::Vae vae({.inputs = 9, .encoder = {5}, .decoder = {4}, .latent = 2});
  const models::ConditionalVae conditional({.inputs = 9, .encoder = {5}, .decoder = {4}, .latent = 2});
  auto many_pseudo_inputs = vae.architecture(), many_classes = conditional.architecture();
  // Spare weights would do for the labels at the encoder, which is narrow, but not for those at the decoder.
  const models::ConditionalVae wide({.inputs = 500, .classes = 2, .encoder = {1}, .decoder = {300}, .latent = 1});
  auto many_classes_at_width = wide.architecture();
  many_classes_at_width["classes"] = "1000";
  examples::save_model(folder / "wide", wide, many_classes_at_width);
  CHECK_THAT(message_of<io::FileError>([&] { examples::load_conditional_vae(folder / "wide"); }),
             ContainsSubstring("larger model"));
  many_pseudo_inputs["pseudo_inputs"] = many_classes["classes"] = "16000000";
  examples::save_model(folder / "vae", vae, many_pseudo_inputs);
  examples::save_model(folder / "conditional", conditional, many_classes);
  CHECK_THAT(message_of<io::FileError>([&] { examples::load_vae(folder / "vae"); }), ContainsSubstring("larger model"));
  CHECK_THAT(message_of<io::FileError>([&] { examples::load_conditional_vae(folder / "conditional"); }),
             ContainsSubstring("larger model"));
}
