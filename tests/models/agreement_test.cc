// A whole MLP and a whole VAE, from PyTorch's initial weights, with its batches and noise, in float32.

#include "tests/catch.h"

#include "autograd/ops/arithmetic.h"
#include "autograd/ops/index.h"
#include "autograd/ops/loss.h"
#include "models/mlp.h"
#include "models/vae.h"
#include "nn/io/safetensors.h"
#include "nn/optim/adam.h"

using namespace tandem;

namespace {

const io::TensorFile& reference() {
  static const io::TensorFile file = io::load_safetensors(TANDEM_SOURCE_DIR "/tests/reference/models.safetensors");
  return file;
}

StateDict weights(const std::string& prefix) {
  StateDict state;
  for (const auto& [name, tensor] : reference().tensors)
    if (name.starts_with(prefix)) state.emplace_back(name.substr(prefix.size()), tensor);
  return state;
}

Tensor images(const Tensor& indices) { return gather_rows(reference()["pixels"], indices).to(DType::float32) / 255; }

/// Trains as the script does, and compares every loss: the first to 1e-6, all to 1e-4.
template <class Loss>
void compare(nn::Module& model, const Tensor& expected, Loss loss_of_step) {
  optim::Adam optimizer(model.parameters());
  for (Index step = 0; step < expected.size(); ++step) {
    const Tensor loss = loss_of_step(step);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    INFO("step " << step);
    CHECK_THAT(loss.item(), WithinRel(expected[step].item(), step == 0 ? 1e-6 : 1e-4));
  }
}

}  // namespace

TEST_CASE("mlp: 100 steps as PyTorch takes them", "[models]") {
  models::Mlp model({.inputs = 64, .hidden = {32, 32}});
  model.load_state_dict(weights("mlp."));
  compare(model, reference()["mlp_losses"], [&](Index step) {
    const Tensor indices = reference()["order"][step];
    return cross_entropy(model(images(indices)), gather_rows(reference()["labels"], indices));
  });
}

TEST_CASE("vae: 100 steps as PyTorch takes them", "[models]") {
  models::Vae model({.inputs = 64, .encoder = {24}, .decoder = {24}, .latent = 6});
  model.load_state_dict(weights("vae."));
  compare(model, reference()["vae_losses"], [&](Index step) {
    return model.elbo(images(reference()["order"][step]), reference()["noise"][step]).loss();
  });
}
