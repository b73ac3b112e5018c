#include "examples/support/checkpoint.h"

#include "examples/support/program.h"
#include "nn/io/safetensors.h"

namespace tandem::examples {
namespace {

constexpr const char* format = "tandem checkpoint 1";

void append(io::NamedTensors& all, const std::string& prefix, const nn::StateDict& part) {
  for (const auto& [name, tensor] : part) all.emplace_back(prefix + name, tensor);
}

nn::StateDict extract(const io::NamedTensors& all, const std::string& prefix) {
  nn::StateDict part;
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) part.emplace_back(name.substr(prefix.size()), tensor);
  return part;
}

}  // namespace

void Checkpoint::save(const std::filesystem::path& path) const {
  io::NamedTensors tensors;
  append(tensors, "model.", model);
  append(tensors, "optimizer.", optimizer);
  append(tensors, "schedule.", schedule);
  append(tensors, "average.", average);
  nlohmann::json rest = {{"config", config},   {"epoch", epoch},     {"batches", batches},
                         {"seconds", seconds}, {"generator_position", generator_position}};
  for (const auto& [name, sum, count] : sums) rest["sums"].push_back({name, sum, count});
  io::save_safetensors(path, tensors, {{"format", format}, {"state", rest.dump()}});
}

Checkpoint Checkpoint::load(const std::filesystem::path& path) {
  const io::TensorFile file = io::load_safetensors(path);
  const auto found = file.metadata.find("format");
  if (found == file.metadata.end() || found->second != format)
    throw io::FileError(path, "not a checkpoint", "a checkpoint.safetensors that a training program wrote is expected");
  try {
    const auto rest = nlohmann::json::parse(file.metadata.at("state"));
    Checkpoint checkpoint{.config = rest.at("config"),
                          .epoch = rest.at("epoch"),
                          .batches = rest.at("batches"),
                          .generator_position = rest.at("generator_position"),
                          .seconds = rest.at("seconds"),
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

void Checkpoint::require_same_settings(const nlohmann::json& settings, const std::filesystem::path& path) const {
  std::string differences;
  for (const auto& [name, value] : settings.items())
    if (const auto before = config.find(name); before == config.end() || *before != value)
      differences += "\n  --" + name + ": now " + value.dump() + ", before " +
                     (before == config.end() ? "not there" : before->dump());
  if (!differences.empty())
    throw UsageError("--resume: the run in " + path.parent_path().string() + " was begun with other settings" +
                     differences);
}

}  // namespace tandem::examples
