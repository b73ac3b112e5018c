#include "nn/io/safetensors.h"

#include <algorithm>
#include <span>
#include <utility>

#include "nn/io/safetensors_header.h"
#include "nn/text.h"

namespace tandem::io {
namespace {

/// In the order of the Python package: the widest types first, which aligns all numbers.
int rank_of(DType dtype) {
  switch (dtype) {
    case DType::int64: return 0;
    case DType::float64: return 1;
    case DType::float32: return 2;
    case DType::uint8: return 3;
  }
  return 4;
}

void check(const StateDict& sorted_by_name) {
  for (std::size_t i = 0; i < sorted_by_name.size(); ++i) {
    const auto& [name, tensor] = sorted_by_name[i];
    if (!tensor.defined()) throw_value_error("save_safetensors", "tensor " + in_quotes(name) + " is undefined");
    if (name == "__metadata__")
      throw_value_error("save_safetensors", "a tensor is called \"__metadata__\"", "the format reserves that name");
    if (i > 0 && name == sorted_by_name[i - 1].first)
      throw_value_error("save_safetensors", "two tensors are called " + in_quotes(name));
  }
}

}  // namespace

const Tensor* TensorFile::find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.first == name; });
  return found == tensors.end() ? nullptr : &found->second;
}

Tensor TensorFile::operator[](std::string_view name) const {
  if (const Tensor* tensor = find(name)) return *tensor;
  constexpr std::size_t most = 12;
  std::string names;
  for (std::size_t i = 0; i < std::min(most, tensors.size()); ++i)
    names += (i ? ", " : "") + in_quotes(tensors[i].first);
  if (tensors.size() > most) names += ", ... (" + std::to_string(tensors.size()) + " in all)";
  throw FileError(path, "has no tensor " + in_quotes(name), tensors.empty() ? "it has none" : "it has " + names);
}

TensorFileHeader read_safetensors_header(const std::filesystem::path& path) {
  InputFile file(path);
  return detail::read_safetensors_header(file);
}

TensorFile load_safetensors(const std::filesystem::path& path) {
  InputFile file(path);
  TensorFileHeader header = detail::read_safetensors_header(file);
  TensorFile result{path, {}, std::move(header.metadata)};
  result.tensors.reserve(header.tensors.size());
  for (TensorInfo& info : header.tensors) {
    Tensor tensor(info.shape, info.dtype);
    file.read({tensor.mutable_raw_data(), static_cast<std::size_t>(info.end - info.begin)},
              "tensor " + in_quotes(info.name));
    result.tensors.emplace_back(std::move(info.name), std::move(tensor));
  }
  return result;
}

void save_safetensors(const std::filesystem::path& path, const StateDict& tensors, const Metadata& metadata) {
  if (tensors.size() + metadata.size() > detail::safetensors_entry_limit)
    throw_value_error("save_safetensors", grouped(tensors.size() + metadata.size()) + " tensors and texts",
                      "at most " + grouped(detail::safetensors_entry_limit) + " are read back");
  StateDict sorted = tensors;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  check(sorted);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return rank_of(a.second.dtype()) < rank_of(b.second.dtype()); });

  TensorFileHeader header{{}, metadata};
  std::uint64_t position = 0;
  for (const auto& [name, tensor] : sorted) {
    const std::uint64_t end = position + tensor.bytes().size();
    header.tensors.push_back({name, tensor.dtype(), tensor.shape(), position, end});
    position = end;
  }
  const std::string text = detail::write_safetensors_header(header);
  if (text.size() > detail::safetensors_header_limit)
    throw_value_error("save_safetensors", "the header takes " + grouped(text.size()) + " bytes",
                      "the format allows 100,000,000");

  const std::uint64_t length = text.size();
  write_atomically(path, [&](OutputFile& file) {
    file.write(std::as_bytes(std::span(&length, 1)));
    file.write(text);
    for (const auto& [name, tensor] : sorted) file.write(tensor.bytes());
  });
}

}  // namespace tandem::io
