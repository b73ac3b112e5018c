#include "examples/support/model_file.h"

#include "examples/support/problem_of.h"
#include "models/semi_supervised_vae.h"
#include "nn/io/safetensors.h"
#include "nn/text.h"

namespace tandem::examples {
namespace {

constexpr const char* what_is_expected = "a model.safetensors that a training program of tandem wrote is expected";

/// What a model file holds.  @throws io::FileError also for a checkpoint, which lies beside the model
io::TensorFile load_model_file(const std::filesystem::path& path) {
  io::TensorFile file = io::load_safetensors(path);
  if (const auto format = file.metadata.find("format");
      format != file.metadata.end() && format->second == checkpoint_format)
    throw io::FileError(path, "is a checkpoint, not a model",
                        "the model is model.safetensors beside it, written when the training is done");
  return file;
}

/// The entries in which two architectures differ, each on a line.
/// @param with_layers_of_training  also those that change nothing but what happens while the model is trained
std::string differences(const models::Architecture& in_file, const models::Architecture& wanted,
                        bool with_layers_of_training) {
  std::string lines;
  for (const auto& [key, value] : wanted) {
    const std::string name = key.substr(key.rfind('.') + 1);  // without the part of the model
    const bool of_training = name == "dropout" || name == "input_dropout" || name == "noise";
    const auto found = in_file.find(key);
    if (found != in_file.end() && found->second != value && (with_layers_of_training || !of_training))
      lines += "\n  " + key + ": " + in_quotes(found->second) + " in the file, \"" + value + "\" is wanted";
  }
  return lines;
}

/// Refuses a description that promises more weights than the file holds, before memory is allocated for them.
void require_weights(double promised, const StateDict& tensors) {
  if (promised > static_cast<double>(numbers_in(tensors)))
    throw_value_error("model file", "describes a larger model than it holds the weights of");
}

template <class Model>
std::unique_ptr<Model> build(const std::filesystem::path& path, const io::TensorFile& file) {
  try {
    const auto options = Model::from_architecture(file.metadata);
    require_weights(options.weight_count(), file.tensors);
    auto model = std::make_unique<Model>(options);
    model->load_state_dict(file.tensors);
    model->eval();
    return model;
  } catch (const ValueError& e) {
    throw io::FileError(path, problem_of(e), hint_for(e.what(), what_is_expected));
  } catch (const Error& e) {
    throw io::FileError(path, e.what(), hint_for(e.what(), what_is_expected));
  }
}

constexpr const char* both = "semi_supervised_vae";

/// Which model the metadata of a file describe.
std::string kind_of(const models::Architecture& metadata) {
  const auto kind = metadata.find("model");
  return kind == metadata.end() ? "" : kind->second;
}

/// Loads a Part, or that part of a semi-supervised model, which then lives as long as the part.
template <class Part>
std::shared_ptr<Part> load_part(const std::filesystem::path& path, Part& (models::SemiSupervisedVae::*part)()) {
  const io::TensorFile file = load_model_file(path);
  if (kind_of(file.metadata) != both) return build<Part>(path, file);
  const std::shared_ptr<models::SemiSupervisedVae> whole = build<models::SemiSupervisedVae>(path, file);
  if (whole->generative().options().observation != models::Observation::bernoulli)
    throw io::FileError(path, "learned from the latents of another model, not from images",
                        "a model that train_semi_supervised trained without --latents-of is expected");
  return {whole, &(whole.get()->*part)()};
}

}  // namespace

Index numbers_in(const StateDict& tensors) {
  Index numbers = 0;
  for (const auto& [name, tensor] : tensors) numbers += tensor.size();
  return numbers;
}

void save_model(const std::filesystem::path& path, const nn::Module& model, const models::Architecture& architecture) {
  io::save_safetensors(path, model.state_dict(), architecture);
}

std::unique_ptr<models::Vae> load_vae(const std::filesystem::path& path) {
  return build<models::Vae>(path, load_model_file(path));
}
std::shared_ptr<models::Mlp> load_classifier(const std::filesystem::path& path) {
  return load_part(path, &models::SemiSupervisedVae::classifier);
}
std::shared_ptr<models::ConditionalVae> load_conditional_vae(const std::filesystem::path& path) {
  return load_part(path, &models::SemiSupervisedVae::generative);
}
bool knows_classes(const std::filesystem::path& path) {
  const std::string kind = kind_of(io::read_safetensors_header(path).metadata);
  return kind == both || kind == "conditional_vae";
}

void load_weights(const std::filesystem::path& path, nn::Module& model, const models::Architecture& architecture) {
  const io::TensorFile file = load_model_file(path);
  if (const std::string others = differences(file.metadata, architecture, false); !others.empty())
    throw io::FileError(path, "holds a model of another architecture" + others,
                        "give the flags that it was trained with");
  try {
    model.load_state_dict(file.tensors);
  } catch (const Error& e) {
    throw io::FileError(path, e.what() + differences(file.metadata, architecture, true),
                        hint_for(e.what(), "the file holds a model of another architecture"));
  }
}

}  // namespace tandem::examples
