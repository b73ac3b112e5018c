#include "examples/support/familiarity.h"

#include <algorithm>
#include <charconv>

#include "examples/support/model_file.h"
#include "models/likelihood.h"
#include "nn/io/safetensors.h"

namespace tandem::examples {
namespace {

constexpr const char* threshold_key = "log_likelihood_of_99_percent";

std::vector<double> scores(models::Vae& model, const Tensor& x) {
  return models::log_likelihood(model, x, {.samples = 16}).image;
}

}  // namespace

models::Architecture familiarity_threshold(models::Vae& model, const data::Images& held_out) {
  constexpr Index enough = 2000;
  const data::Images some = held_out.first(enough);
  std::vector<double> values = scores(model, some.batch(0, some.size()).image);
  const auto lowest = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 100);
  std::nth_element(values.begin(), lowest, values.end());
  return {{threshold_key, models::to_text(*lowest)}};
}

Familiarity::Familiarity(const std::filesystem::path& vae_file)
    : vae_(load_vae(vae_file)), images_(ImageDescription::read(vae_file, vae_->options().inputs)) {
  const auto metadata = io::read_safetensors_header(vae_file).metadata;
  const auto text = metadata.find(threshold_key);
  const char* const end = text == metadata.end() ? nullptr : text->second.data() + text->second.size();
  if (!end || std::from_chars(text->second.data(), end, threshold_).ptr != end)
    throw io::FileError(vae_file, "does not say how likely images like its own are",
                        "a model that train_vae trained on grey or coloured pixels does");
}

double Familiarity::log_likelihood(const Tensor& image) { return scores(*vae_, image)[0]; }

}  // namespace tandem::examples
