#pragma once

#include <filesystem>
#include <memory>

#include "models/conditional_vae.h"
#include "models/mlp.h"
#include "models/vae.h"

namespace tandem::examples {

/// The entry "format" of the metadata of a checkpoint, which is no model file.
inline constexpr const char* checkpoint_format = "tandem checkpoint 2";

/// How many numbers the tensors hold.
Index numbers_in(const StateDict& tensors);

/// Writes weights and architecture to a safetensors file, so that it loads without flags.
void save_model(const std::filesystem::path& path, const nn::Module& model, const models::Architecture& architecture);

/// @throws io::FileError if the file is missing, malformed, or of another model
std::unique_ptr<models::Vae> load_vae(const std::filesystem::path& path);
/// An MLP, or the classifier of a model that train_semi_supervised trained on pixels.
std::shared_ptr<models::Mlp> load_classifier(const std::filesystem::path& path);
/// A conditional VAE, or the generative part of such a model.
std::shared_ptr<models::ConditionalVae> load_conditional_vae(const std::filesystem::path& path);
/// Whether the model in a file draws images of a given class: load_conditional_vae() loads it, not load_vae().
bool knows_classes(const std::filesystem::path& path);
/// Copies the weights of a model file into a model of the same architecture.
/// @param architecture  of the model
/// @throws io::FileError if the weights do not fit, or the file says that the model is another, say by its activation
void load_weights(const std::filesystem::path& path, nn::Module& model, const models::Architecture& architecture = {});

}  // namespace tandem::examples
