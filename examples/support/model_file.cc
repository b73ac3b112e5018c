#include "examples/support/model_file.h"

#include "nn/io/safetensors.h"

namespace tandem::examples {
namespace {

/// Refuses a description that promises more weights than the file holds, before memory is taken for them.
void require_weights_for(const std::vector<Index>& widths, const io::NamedTensors& tensors) {
  double promised = 0, held = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i)
    promised += static_cast<double>(widths[i]) * static_cast<double>(widths[i + 1]);
  for (const auto& [name, tensor] : tensors) held += static_cast<double>(tensor.size());
  if (promised > held) throw_value_error("model file", "describes a larger model than it holds the weights of");
}

template <class Model>
std::unique_ptr<Model> load(const std::filesystem::path& path) {
  const io::TensorFile file = io::load_safetensors(path);
  try {
    const auto options = Model::from_architecture(file.metadata);
    require_weights_for(options.widths(), file.tensors);
    auto model = std::make_unique<Model>(options);
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

void save_model(const std::filesystem::path& path, const nn::Module& model, const models::Architecture& architecture) {
  io::save_safetensors(path, model.state_dict(), architecture);
}

std::unique_ptr<models::Mlp> load_mlp(const std::filesystem::path& path) { return load<models::Mlp>(path); }
std::unique_ptr<models::Vae> load_vae(const std::filesystem::path& path) { return load<models::Vae>(path); }
std::unique_ptr<models::ConditionalVae> load_conditional_vae(const std::filesystem::path& path) {
  return load<models::ConditionalVae>(path);
}

void load_weights(const std::filesystem::path& path, nn::Module& model) {
  const io::TensorFile file = io::load_safetensors(path);
  try {
    model.load_state_dict(file.tensors);
  } catch (const Error& e) {
    throw io::FileError(path, e.what(), "the file holds a model of another architecture");
  }
}

}  // namespace tandem::examples
