#include "examples/support/spam/filter.h"

#include <cmath>

#include "examples/support/model_file.h"
#include "examples/support/problem_of.h"
#include "nn/io/safetensors.h"

namespace tandem::examples::spam {
namespace {

constexpr const char* what_is_expected = "is it a model that spam_filter train wrote?";

}  // namespace

void save_filter(const std::filesystem::path& path, const Filter& filter) {
  io::Metadata metadata = filter.classifier->architecture();
  metadata["filter"] = filter.name;
  metadata["bits"] = std::to_string(filter.features.bits);
  metadata["window"] = std::to_string(filter.features.window);
  metadata["ngram"] = std::to_string(filter.features.ngram);
  metadata["hash_seed"] = std::to_string(filter.features.seed);
  metadata["scope"] = filter.features.scope == Scope::body_only ? "body_only" : "all_headers";
  metadata["threshold"] = models::to_text(filter.threshold);
  save_model(path, filter.classifier->module(), metadata);
}

Filter load_filter(const std::filesystem::path& path) {
  const io::TensorFile file = io::load_safetensors(path);
  try {
    const auto entry = file.metadata.find("model");
    const models::ArchitectureReader reader(file.metadata,
                                            entry == file.metadata.end() ? "spam filter" : entry->second);
    Filter filter;
    filter.name = reader.text("filter");
    filter.features = {.bits = static_cast<int>(reader.extent("bits")),
                       .window = static_cast<int>(reader.extent("window")),
                       .ngram = static_cast<int>(reader.count("ngram")),
                       .seed = static_cast<std::uint64_t>(std::stoull(reader.text("hash_seed"))),
                       .scope = reader.text("scope") == "body_only" ? Scope::body_only : Scope::all_headers};
    if (filter.features.bits > 28 || filter.features.window > 16 || filter.features.ngram > 16)
      throw_value_error("spam filter", "bits, window or ngram are too large");
    filter.threshold = reader.number("threshold");
    if (!std::isfinite(filter.threshold)) throw_value_error("spam filter", "the threshold is not finite");
    // Each has at least one number. Checked before memory is allocated for them.
    if (filter.features.count() > numbers_in(file.tensors))
      throw_value_error("spam filter", "describes more features than the file holds numbers");
    filter.classifier = make_classifier(filter.name, filter.features.count(), 1);
    filter.classifier->module().load_state_dict(file.tensors);
    return filter;
  } catch (const ValueError& e) {
    throw io::FileError(path, problem_of(e), hint_for(e.what(), what_is_expected));
  } catch (const std::exception& e) {
    throw io::FileError(path, e.what(), hint_for(e.what(), what_is_expected));
  }
}

}  // namespace tandem::examples::spam
