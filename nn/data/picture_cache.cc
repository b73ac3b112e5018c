#include "nn/data/picture_cache.h"

#include <stdexcept>

#include "autograd/create.h"
#include "nn/io/safetensors.h"
#include "nn/io/sha256.h"

namespace tandem::data {
namespace {

/// Texts as bytes, each with a zero at its end, which no file name has.
Tensor to_bytes(const std::vector<std::string>& texts) {
  std::vector<std::uint8_t> bytes;
  for (const std::string& text : texts) bytes.insert(bytes.end(), text.c_str(), text.c_str() + text.size() + 1);
  const auto n = static_cast<Index>(bytes.size());
  return tensor(bytes, {n});
}

std::vector<std::string> from_bytes(const Tensor& bytes) {
  std::vector<std::string> texts;
  if (bytes.size() == 0) return texts;
  if (bytes.data<std::uint8_t>()[bytes.size() - 1] != 0) throw std::out_of_range("a text without an end");
  const auto* begin = reinterpret_cast<const char*>(bytes.data<std::uint8_t>());
  for (const char* at = begin; at < begin + bytes.size(); at += texts.back().size() + 1) texts.emplace_back(at);
  return texts;
}

}  // namespace

std::optional<DecodedPictures> load_picture_cache(const std::filesystem::path& path, const std::string& key,
                                                  Index row_bytes) {
  try {
    if (io::read_safetensors_header(path).metadata.at("key") != key) return {};  // no memory for what is out of date
    const io::TensorFile file = io::load_safetensors(path);
    if (file.metadata.at("key") != key || file.metadata.at("sha256") != io::sha256_of(file.tensors)) return {};
    const DecodedPictures pictures{file["pixels"], from_bytes(file["names"]), from_bytes(file["skipped"])};
    const Shape& shape = pictures.pixels.shape();
    if (pictures.pixels.dtype() == DType::uint8 && shape.rank() == 2 && shape[0] == std::ssize(pictures.names) &&
        shape[1] == row_bytes)
      return pictures;
  } catch (const Error&) {              // missing, not such a file, or texts that are not bytes
  } catch (const std::out_of_range&) {  // an entry or the end of a text is missing
  }
  return {};
}

void save_picture_cache(const std::filesystem::path& path, const std::string& key, const DecodedPictures& pictures) {
  const StateDict tensors = {
      {"pixels", pictures.pixels}, {"names", to_bytes(pictures.names)}, {"skipped", to_bytes(pictures.skipped)}};
  io::save_safetensors(path, tensors, {{"key", key}, {"sha256", io::sha256_of(tensors)}});
}

}  // namespace tandem::data
