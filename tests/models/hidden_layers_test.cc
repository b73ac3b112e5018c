#include "models/hidden_layers.h"

#include "models/conditional_vae.h"
#include "models/mlp.h"
#include "models/semi_supervised_vae.h"
#include "models/vae.h"
#include "tests/catch.h"

using namespace tandem;

namespace {

/// Numbers in all parameters that are matrices.
double numbers_in_matrices(const nn::Module& module) {
  double count = 0;
  for (const Tensor& parameter : module.parameters())
    if (parameter.rank() == 2) count += static_cast<double>(parameter.size());
  return count;
}

template <class Model>
void check_count(const Model& model) {
  CHECK(model.options().weight_count() == numbers_in_matrices(model));
}

}  // namespace

TEST_CASE("weight_count: that of the weights", "[models]") {
  check_count(models::Mlp({.inputs = 12, .hidden = {7, 5}, .classes = 3}));
  check_count(models::Mlp({.inputs = 12, .hidden = {}, .classes = 3}));
  check_count(models::Vae({.inputs = 12, .encoder = {7, 6}, .decoder = {5}, .latent = 2}));
  check_count(models::Vae({.inputs = 12, .encoder = {}, .decoder = {}, .latent = 2, .pseudo_inputs = 4}));
  const models::ConditionalVaeOptions conditional = {
      .inputs = 12, .classes = 3, .encoder = {7, 6}, .decoder = {5}, .latent = 2};
  check_count(models::ConditionalVae(conditional));
  models::SemiSupervisedVae both(
      {.generative = conditional, .classifier = {.inputs = 12, .hidden = {4}, .classes = 3}});
  CHECK(both.generative().options().weight_count() + both.classifier().options().weight_count() ==
        numbers_in_matrices(both));
}

TEST_CASE("weight_count: an autoregressive part has at least that", "[models]") {
  const models::Vae model(
      {.inputs = 12, .encoder = {7}, .decoder = {5}, .latent = 2, .autoregressive = {3}, .row_width = 4});
  CHECK(model.options().weight_count() > 12 * 7 + 7 * 4 + 2 * 5 + 5 * 12);
  CHECK(model.options().weight_count() <= numbers_in_matrices(model));
}
