#include "examples/support/training/checkpoint.h"

#include <set>

#include "examples/support/model_file.h"
#include "examples/support/program.h"
#include "nn/data/source.h"
#include "nn/io/run_folder.h"
#include "nn/io/safetensors.h"
#include "nn/io/sha256.h"
#include "nn/text.h"

namespace tandem::examples {
namespace {

void append(StateDict& all, const std::string& prefix, const StateDict& part) {
  for (const auto& [name, tensor] : part) all.emplace_back(prefix + name, tensor);
}

StateDict extract(const StateDict& all, const std::string& prefix) {
  StateDict part;
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) part.emplace_back(name.substr(prefix.size()), tensor);
  return part;
}

/// The file or folder that a setting names, however it names it; empty if it names none.
std::filesystem::path named_by(const nlohmann::json& settings, const std::string& name) {
  const auto found = settings.find(name);
  if (found == settings.end() || !found->is_string() || *found == "") return {};
  if (name == "data" && data::has_name(*found)) return {};
  std::error_code error;
  // Absolute, or a path that does not exist would stay relative or not by how it begins.
  const auto path =
      std::filesystem::weakly_canonical(std::filesystem::absolute(found->get<std::string>(), error), error);
  return error ? std::filesystem::path() : path / "";  // with the slash that the name of a folder may end with
}

std::string checksum_of(const StateDict& tensors, const std::string& state) {
  io::Sha256 hash;
  hash.update(io::sha256_of(tensors));
  hash.update(state);
  return hash.digits();
}

}  // namespace

std::filesystem::path Checkpoint::previous_path(const std::filesystem::path& path) {
  return std::filesystem::path(path).replace_extension(".previous" + path.extension().string());
}

void Checkpoint::save(const std::filesystem::path& path) const {
  StateDict tensors;
  append(tensors, "model.", model);
  append(tensors, "optimizer.", optimizer);
  append(tensors, "schedule.", schedule);
  append(tensors, "average.", average);
  nlohmann::json rest = {{"config", config},
                         {"epoch", epoch},
                         {"batches", batches},
                         {"seconds", seconds},
                         {"seconds_of_run", seconds_of_run},
                         {"generator_position", generator_position}};
  for (const auto& [name, sum, count] : sums) rest["sums"].push_back({name, sum, count});
  const std::string state = io::to_text(rest);
  // A second name for the old file, so that at every moment one of the two is whole.
  std::error_code ignored;
  const auto previous = previous_path(path);
  std::filesystem::remove(previous, ignored);
  std::filesystem::create_hard_link(path, previous, ignored);
  io::save_safetensors(path, tensors,
                       {{"format", checkpoint_format}, {"state", state}, {"sha256", checksum_of(tensors, state)}});
}

Checkpoint Checkpoint::load(const std::filesystem::path& path) {
  const io::TensorFile file = io::load_safetensors(path);
  const auto found = file.metadata.find("format");
  if (found == file.metadata.end() || found->second != checkpoint_format)
    throw io::FileError(path, "not a checkpoint", "a checkpoint.safetensors that a training program wrote is expected");
  const auto state = file.metadata.find("state"), checksum = file.metadata.find("sha256");
  if (state == file.metadata.end() || checksum == file.metadata.end() ||
      checksum->second != checksum_of(file.tensors, state->second))
    throw io::FileError(path, "damaged: its checksum is not that of its content");
  try {
    const auto rest = nlohmann::json::parse(state->second);
    Checkpoint checkpoint{.config = rest.at("config"),
                          .epoch = rest.at("epoch"),
                          .batches = rest.at("batches"),
                          .generator_position = rest.at("generator_position"),
                          .seconds = rest.at("seconds"),
                          .seconds_of_run = rest.at("seconds_of_run"),
                          .sums = {},
                          .model = extract(file.tensors, "model."),
                          .optimizer = extract(file.tensors, "optimizer."),
                          .schedule = extract(file.tensors, "schedule."),
                          .average = extract(file.tensors, "average.")};
    for (const auto& sum : rest.value("sums", nlohmann::json::array()))
      checkpoint.sums.push_back({sum.at(0), sum.at(1), sum.at(2)});
    return checkpoint;
  } catch (const std::exception& e) {
    throw io::FileError(path, std::string("the state of the run cannot be read: ") + e.what());
  }
}

Checkpoint Checkpoint::load_or_previous(const std::filesystem::path& path,
                                        const std::function<void(const std::string&)>& report) {
  try {
    return load(path);
  } catch (const io::FileError& error) {
    const std::string problem = error.what();
    if (!std::filesystem::exists(previous_path(path))) throw;
    Checkpoint previous = load(previous_path(path));
    report(problem + "\n  the checkpoint before it takes its place: " + printable(previous_path(path).string()));
    // Otherwise the next save() would replace the good one by the damaged one before the new one is whole.
    std::error_code why;
    std::filesystem::rename(previous_path(path), path, why);
    if (why) throw io::WriteError(path, "cannot be replaced by the checkpoint before it: " + why.message());
    return previous;
  }
}

bool Checkpoint::exists(const std::filesystem::path& path) {
  return std::filesystem::exists(path) || std::filesystem::exists(previous_path(path));
}

void Checkpoint::remove(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(previous_path(path), ignored);
  std::filesystem::remove(path, ignored);
}

void require_same_settings(const nlohmann::json& now, const nlohmann::json& before,
                           const std::filesystem::path& folder) {
  const auto text = [](const nlohmann::json& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string("the default") : printable(io::to_text(*found));
  };
  std::set<std::string> names;
  for (const nlohmann::json& settings : {now, before})
    for (const auto& [name, value] : settings.items()) names.insert(name);
  std::string differences;
  // Epochs are recorded only if the schedule depends on them: if only one run has them, --schedule is what differs.
  if (!now.contains("epochs") || !before.contains("epochs")) names.erase("epochs");
  for (const char* name : {"data", "load", "latents-of"})
    if (const auto path = named_by(now, name); !path.empty() && path == named_by(before, name)) names.erase(name);
  for (const std::string& name : names)
    if (text(now, name) != text(before, name))
      differences += "\n  " + (name == "images" ? "the images" : "--" + name) + ": now " + text(now, name) +
                     ", before " + text(before, name);
  if (!differences.empty())
    throw UsageError("--resume: the run in " + printable(folder.string()) + " was begun with other settings" +
                     differences);
}

}  // namespace tandem::examples
