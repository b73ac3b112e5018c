#include "nn/io/safetensors_header.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "nn/text.h"

namespace tandem::io::detail {
namespace {

constexpr std::uint64_t prefix_bytes = 8;  // the length of the header, in front of it
constexpr std::string_view metadata_key = "__metadata__";

constexpr std::array<std::pair<std::string_view, DType>, 4> types{{
    {"F32", DType::float32},
    {"F64", DType::float64},
    {"I64", DType::int64},
    {"U8", DType::uint8},
}};

/// Takes the header in while the JSON parser reads it, so that only what belongs there is stored: an object of entries,
/// where an entry is an object of strings and of lists of numbers, nothing deeper.
class HeaderParser : public nlohmann::json_sax<nlohmann::json> {
 public:
  using Exception = nlohmann::json::exception;

  explicit HeaderParser(const std::filesystem::path& path) : path_(path) {}

  TensorFileHeader take() { return std::move(header_); }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("true or false"); }
  bool number_float(double, const std::string& text) override {
    unexpected("the number " + in_quotes(text) + ", not a whole one that fits 64 bits,");
  }
  bool number_integer(std::int64_t value) override {
    unexpected("the number " + std::to_string(value));  // only negative ones come here
  }
  bool binary(nlohmann::json::binary_t&) override { unexpected("binary data"); }

  bool number_unsigned(std::uint64_t value) override {
    if (place_ == Place::shape) {
      if (shape_.size() == Shape::max_rank) refuse("has more than 8 axes");
      shape_.push_back(value);
    } else if (place_ == Place::offsets) {
      if (offsets_.size() == 2) refuse("has more than two data_offsets");
      offsets_.push_back(value);
    } else {
      unexpected("a number");
    }
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::metadata) header_.metadata.emplace(key_, value);
    else if (place_ == Place::tensor && key_ == "dtype") dtype_ = type_named(value);
    else unexpected("the text " + in_quotes(value));
    return true;
  }

  bool start_object(std::size_t) override {
    if (place_ == Place::start) {
      place_ = Place::root;
    } else if (place_ == Place::root) {
      place_ = entry_ == metadata_key ? Place::metadata : Place::tensor;
      keys_ = std::unordered_set<std::string>();  // clear() would walk the buckets of all texts, for each tensor
      dtype_.reset();
      shape_.clear();
      offsets_.clear();
    } else {
      unexpected("an object");
    }
    return true;
  }

  bool key(std::string& name) override {
    if (place_ == Place::root) {
      entry_ = name;
      if (!entries_.insert(name).second) refuse("appears twice");
      if (name != metadata_key) count_entry();
      return true;
    }
    key_ = name;
    if (place_ == Place::metadata) count_entry();
    if (!keys_.insert(name).second) refuse("has the key " + in_quotes(name) + " twice");
    if (place_ == Place::tensor && name != "dtype" && name != "shape" && name != "data_offsets")
      refuse("has the key " + in_quotes(name) + "; those known are dtype, shape, data_offsets");
    return true;
  }

  bool end_object() override {
    if (place_ == Place::tensor) add_tensor();
    place_ = place_ == Place::root ? Place::end : Place::root;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ == Place::tensor && key_ == "shape") place_ = Place::shape;
    else if (place_ == Place::tensor && key_ == "data_offsets") place_ = Place::offsets;
    else unexpected("a list");
    return true;
  }

  bool end_array() override {
    place_ = Place::tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last_read, const Exception& error) override {
    const bool number = error.id == 406;  // out_of_range: a number like 1e999
    throw FileError(path_,
                    number ? "the header holds the number " + in_quotes(last_read) + ", which is too large"
                           : "the header is not valid JSON, at " + in_quotes(last_read),
                    "the file is damaged, or not a safetensors file",
                    prefix_bytes + std::max<std::size_t>(position, 1) - 1);
  }

 private:
  enum class Place { start, root, metadata, tensor, shape, offsets, end };

  [[noreturn]] void refuse(const std::string& problem) const {
    throw FileError(path_, (entry_ == metadata_key ? "" : "tensor ") + in_quotes(entry_) + " " + problem);
  }

  [[noreturn]] void unexpected(const std::string& found) const {
    switch (place_) {
      case Place::root: refuse("is " + found + " but must be an object with dtype, shape and data_offsets");
      case Place::metadata: refuse("has " + found + " as " + in_quotes(key_) + " but all its values are texts");
      case Place::tensor: refuse("has " + found + " as its " + key_);
      case Place::shape: refuse("has " + found + " in its shape; extents are whole numbers from 0 up");
      case Place::offsets: refuse("has " + found + " in its data_offsets; these are whole numbers from 0 up");
      case Place::start:
      case Place::end: break;
    }
    throw FileError(path_, "the header is " + found + " but must be a JSON object", {}, prefix_bytes);
  }

  void count_entry() {
    if (++entry_count_ > safetensors_entry_limit)
      throw FileError(path_, "the header has more than " + grouped(safetensors_entry_limit) + " tensors and texts",
                      "the file is damaged, or not one of a model");
  }

  DType type_named(const std::string& text) const {
    for (const auto& [name, dtype] : types)
      if (name == text) return dtype;
    refuse("is of type " + in_quotes(text) + "; those read are F32, F64, I64 and U8");
  }

  void add_tensor() {
    for (const char* wanted : {"dtype", "shape", "data_offsets"})
      if (!keys_.contains(wanted)) refuse("has no " + std::string(wanted));
    if (offsets_.size() != 2) refuse("has " + std::to_string(offsets_.size()) + " data_offsets instead of two");
    const auto [begin, end] = std::pair(offsets_[0], offsets_[1]);
    if (end < begin) refuse("has data_offsets that end before they begin");

    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    std::uint64_t bytes = size_of(*dtype_);
    Shape shape;
    std::string shown;
    for (const std::uint64_t extent : shape_) {
      shown += (shown.empty() ? "" : ", ") + std::to_string(extent);
      if (extent != 0 && bytes > largest / extent)
        refuse("has the shape [" + shown + ", ...], more than can be addressed");
      if (extent > largest) refuse("has the extent " + std::to_string(extent) + ", which is too large");
      bytes *= extent;
      shape.push_back(static_cast<Index>(extent));
      if (!shape.is_addressable()) refuse("has the shape [" + shown + ", ...], more than can be addressed");
    }
    if (bytes != end - begin)
      refuse("is " + std::string(safetensors_name_of(*dtype_)) + " of shape [" + shown + "] = " + grouped(bytes) +
             " bytes, but its data_offsets span " + grouped(end - begin));
    header_.tensors.push_back({entry_, *dtype_, shape, begin, end});
  }

  const std::filesystem::path& path_;
  TensorFileHeader header_;
  Place place_ = Place::start;
  std::size_t entry_count_ = 0;
  std::string entry_, key_;                         ///< where we are: in which entry, and after which of its keys
  std::unordered_set<std::string> entries_, keys_;  ///< those seen, to find duplicates
  std::optional<DType> dtype_;
  std::vector<std::uint64_t> shape_, offsets_;
};

/// The data must fill the rest of the file, one tensor right after the other.
void check_offsets(const std::filesystem::path& path, const std::vector<TensorInfo>& tensors,
                   std::uint64_t data_bytes) {
  std::uint64_t position = 0;
  for (const TensorInfo& tensor : tensors) {
    const std::string start = "the data of tensor " + in_quotes(tensor.name) + " begins at " + grouped(tensor.begin);
    if (tensor.begin < position)
      throw FileError(path, start + ", inside another's, which ends at " + grouped(position));
    if (tensor.begin > position) throw FileError(path, start + " and leaves a gap from " + grouped(position));
    if (tensor.end > data_bytes)
      throw FileError(path,
                      "the data of tensor " + in_quotes(tensor.name) + " ends at " + grouped(tensor.end) +
                          ", but the file has only " + grouped(data_bytes) + " bytes of data",
                      "the file is incomplete");
    position = tensor.end;
  }
  if (position != data_bytes)
    throw FileError(path, grouped(data_bytes - position) + " bytes at the end belong to no tensor");
}

std::string json_string(const std::string& text) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::type_error&) {
    throw_value_error("save_safetensors", in_quotes(text) + " is not UTF-8");
  }
}

}  // namespace

std::string_view safetensors_name_of(DType dtype) {
  return std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.second == dtype; })->first;
}

TensorFileHeader read_safetensors_header(InputFile& file) {
  static_assert(std::endian::native == std::endian::little, "numbers are read as they are in the file");
  std::uint64_t length = 0;
  file.read(std::as_writable_bytes(std::span(&length, 1)), "the length of the header");
  if (length > safetensors_header_limit)
    throw FileError(
        file.path(),
        "promises a header of " + grouped(length) + " bytes, but the limit is " + grouped(safetensors_header_limit),
        "the file is damaged, or not a safetensors file", 0);
  if (length > file.size() - prefix_bytes)
    throw FileError(file.path(),
                    "promises a header of " + grouped(length) + " bytes, but only " +
                        grouped(file.size() - prefix_bytes) + " follow",
                    "the file is incomplete, or not a safetensors file", 0);

  std::string text(static_cast<std::size_t>(length), '\0');
  file.read(std::as_writable_bytes(std::span(text)), "the header");
  if (!text.starts_with('{'))
    throw FileError(file.path(), "the header must begin with {", "this is not a safetensors file", prefix_bytes);
  if (const std::size_t at = text.find('\0'); at != std::string::npos)  // where the parser would stop silently
    throw FileError(file.path(), "the header has a zero byte", "the file is damaged", prefix_bytes + at);

  HeaderParser parser(file.path());
  nlohmann::json::sax_parse(text, &parser);
  TensorFileHeader header = parser.take();
  std::sort(header.tensors.begin(), header.tensors.end(), [](const TensorInfo& a, const TensorInfo& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  check_offsets(file.path(), header.tensors, file.size() - file.position());
  return header;
}

std::string write_safetensors_header(const TensorFileHeader& header) {
  std::string text;
  for (const auto& [key, value] : header.metadata)
    text += (text.empty() ? "" : ",") + json_string(key) + ":" + json_string(value);
  if (!text.empty()) text = json_string(std::string(metadata_key)) + ":{" + text + "}";
  for (const TensorInfo& tensor : header.tensors) {
    const nlohmann::json shape(std::vector<Index>(tensor.shape.begin(), tensor.shape.end()));
    text.append(text.empty() ? "" : ",").append(json_string(tensor.name));
    text.append(":{\"dtype\":\"").append(safetensors_name_of(tensor.dtype));
    text.append("\",\"shape\":").append(shape.dump()).append(",\"data_offsets\":[");
    text.append(std::to_string(tensor.begin)).append(",").append(std::to_string(tensor.end)).append("]}");
  }
  text = "{" + text + "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace tandem::io::detail
