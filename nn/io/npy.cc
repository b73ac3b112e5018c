#include "nn/io/npy.h"

#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "nn/text.h"

// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

namespace tandem::io {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view magic = "\x93NUMPY";

constexpr std::array<std::pair<std::string_view, DType>, 4> types{{
    {"<f4", DType::float32},
    {"<f8", DType::float64},
    {"<i8", DType::int64},
    {"|u1", DType::uint8},
}};

/// Parses the header, a Python dictionary such as
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderParser {
 public:
  HeaderParser(const fs::path& path, std::string_view text, std::uint64_t offset)
      : path_(path), text_(text), offset_(offset) {}

  struct Result {
    DType dtype;
    Shape shape;
    std::uint64_t bytes;
  };

  Result parse() {
    std::optional<DType> dtype;
    std::optional<std::uint64_t> elements;
    bool has_order = false;
    Shape shape;
    expect("{");
    while (!accept("}")) {
      const std::string_view key = quoted_text();
      expect(":");
      if (key == "descr" && !dtype) {
        dtype = type_named(quoted_text());
      } else if (key == "fortran_order" && !has_order) {
        has_order = true;
        if (accept("True"))
          fail("the array is stored column after column", "save it with numpy.save(path, numpy.ascontiguousarray(x))");
        expect("False");
      } else if (key == "shape" && !elements) {
        elements = parse_shape(shape);
      } else {
        fail("the key " + in_quotes(key) + " is unknown or there twice");
      }
      if (!accept(",")) {
        expect("}");
        break;
      }
    }
    if (skip_spaces(); !text_.empty()) fail("the header goes on after its end");
    if (!dtype || !has_order || !elements) fail("the header lacks one of descr, fortran_order and shape");
    return {*dtype, shape, *elements * size_of(*dtype)};
  }

 private:
  [[noreturn]] void fail(const std::string& problem, std::string_view hint = "the file is damaged") const {
    throw FileError(path_, problem, hint, offset_);
  }

  void advance(std::size_t n) {
    text_.remove_prefix(n);
    offset_ += n;
  }
  void skip_spaces() { advance(std::min(text_.find_first_not_of(" \n"), text_.size())); }

  bool accept(std::string_view token) {
    skip_spaces();
    if (!text_.starts_with(token)) return false;
    advance(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail("expected " + std::string(token) + " but found " + in_quotes(text_.substr(0, 20)));
  }

  std::string_view quoted_text() {
    expect("'");
    const std::size_t n = text_.find('\'');
    if (n == std::string_view::npos) fail("a text without an end");
    const std::string_view content = text_.substr(0, n);
    advance(n + 1);
    return content;
  }

  DType type_named(std::string_view text) const {
    for (const auto& [name, dtype] : types)
      if (name == text) return dtype;
    if (text.starts_with('>'))
      fail("the numbers have their highest byte first", "save them with x.astype(x.dtype.newbyteorder('<'))");
    fail("the numbers are of type " + in_quotes(text) + "; those read are <f4, <f8, <i8 and |u1",
         "convert them, as in numpy.save(path, x.astype('float32'))");
  }

  /// @return the number of elements
  std::uint64_t parse_shape(Shape& shape) {
    std::uint64_t elements = 1;
    expect("(");
    while (!accept(")")) {
      if (shape.rank() == Shape::max_rank) fail("the array has more than 8 axes", "reshape it");
      skip_spaces();
      Index extent = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (error != std::errc() || extent < 0) fail("expected an extent but found " + in_quotes(text_.substr(0, 20)));
      advance(static_cast<std::size_t>(end - text_.data()));
      shape.push_back(extent);
      if (!shape.is_addressable()) fail("the shape has more elements than can be addressed");
      elements *= static_cast<std::uint64_t>(extent);
      if (!accept(",")) {
        expect(")");
        break;
      }
    }
    return elements;
  }

  const fs::path& path_;
  std::string_view text_;  ///< what remains to be read
  std::uint64_t offset_;   ///< of `text_` in the file
};

/// Reads what precedes the dictionary, and returns the dictionary.
std::string read_header(InputFile& file) {
  std::array<std::byte, 8> start;
  file.read(start, "the start of an .npy file");
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (!text.starts_with(magic)) throw FileError(file.path(), "not an .npy file, which begins with \\x93NUMPY", {}, 0);
  const int version = text[6];
  if ((version != 1 && version != 2) || text[7] != 0)
    throw FileError(
        file.path(),
        "format version " + std::to_string(version) + "." + std::to_string(text[7]) + ", but only 1.0 and 2.0 are read",
        {}, 6);

  static_assert(std::endian::native == std::endian::little, "numbers are read as they are in the file");
  std::uint32_t length = 0;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  file.read(std::as_writable_bytes(std::span(&length, 1)).first(length_bytes), "the length of the header");
  if (length > file.size() - file.position())
    throw FileError(file.path(),
                    "promises a header of " + grouped(length) + " bytes, but only " +
                        grouped(file.size() - file.position()) + " follow",
                    "the file is incomplete", 8);
  std::string header(length, '\0');
  file.read(std::as_writable_bytes(std::span(header)), "the header");
  return header;
}

}  // namespace

Tensor load_npy(const fs::path& path) {
  InputFile file(path);
  const std::string header = read_header(file);
  const auto [dtype, shape, bytes] = HeaderParser(path, header, file.position() - header.size()).parse();
  if (bytes != file.size() - file.position())
    throw FileError(path,
                    grouped(file.size() - file.position()) + " bytes of data, but the header promises " +
                        std::string(name_of(dtype)) + " of shape " + to_string(shape) + " = " + grouped(bytes) +
                        " bytes",
                    "the file is incomplete or damaged");
  Tensor x(shape, dtype);
  file.read({x.mutable_raw_data(), static_cast<std::size_t>(bytes)}, "the data");
  return x;
}

void save_npy(const fs::path& path, const Tensor& x) {
  std::string shape;
  for (const Index extent : x.shape()) shape += std::to_string(extent) + ",";
  std::string header = "{'descr': '";
  for (const auto& [name, dtype] : types)
    if (dtype == x.dtype()) header += name;
  header += "', 'fortran_order': False, 'shape': (" + shape + "), }";

  constexpr std::size_t alignment = 64;             // of the data
  constexpr std::size_t before = magic.size() + 4;  // bytes before the header
  header.resize((before + header.size() + 1 + alignment - 1) / alignment * alignment - before - 1, ' ');
  header += '\n';
  const auto length = static_cast<std::uint16_t>(header.size());
  write_atomically(path, [&](OutputFile& file) {
    file.write(std::string(magic) + std::string("\x01\x00", 2));
    file.write(std::as_bytes(std::span(&length, 1)));
    file.write(header);
    file.write(x.bytes());
  });
}

}  // namespace tandem::io
