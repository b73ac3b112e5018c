#include "examples/support/model_file.h"

#include "nn/io/safetensors.h"

namespace tandem::examples {
namespace {

template <class Model>
std::unique_ptr<Model> load(const std::filesystem::path& path) {
  const io::TensorFile file = io::load_safetensors(path);
  try {
    auto model = std::make_unique<Model>(Model::from_architecture(file.metadata));
    model->load_state_dict(file.tensors);
    model->eval();
    return model;
  } catch (const io::FileError&) {
    throw;
  } catch (const Error& e) {
    throw io::FileError(path, e.what(), "a model.safetensors that a training program of tandem wrote is expected");
  }
}

}  // namespace

void save_model(const std::filesystem::path& path, const nn::Module& model,
                const models::Architecture& architecture) {
  io::save_safetensors(path, model.state_dict(), architecture);
}

std::unique_ptr<models::Mlp> load_mlp(const std::filesystem::path& path) { return load<models::Mlp>(path); }
std::unique_ptr<models::Vae> load_vae(const std::filesystem::path& path) { return load<models::Vae>(path); }

void load_weights(const std::filesystem::path& path, nn::Module& model) {
  const io::TensorFile file = io::load_safetensors(path);
  try {
    model.load_state_dict(file.tensors);
  } catch (const Error& e) {
    throw io::FileError(path, e.what(), "the file holds a model of another architecture");
  }
}

}  // namespace tandem::examples
