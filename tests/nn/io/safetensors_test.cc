#include "nn/io/safetensors.h"

#include <algorithm>
#include <limits>

#include "autograd/create.h"
#include "tests/catch.h"
#include "tests/message_of.h"
#include "tests/nn/io/bytes.h"
#include "tests/nn/io/full_disk.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::io;
using namespace tandem::test;

namespace {

/// A file of that header and `data_bytes` zero bytes of data.
std::string file_with(const std::string& header, std::size_t data_bytes = 0) {
  return little_endian(header.size(), 8) + header + std::string(data_bytes, '\0');
}

/// The message that loading a file of that content gives, without the path.
std::string safetensors_refusal(const std::string& content) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "x.safetensors";
  write_bytes(path, content);
  const std::string message = message_of<FileError>([&] { load_safetensors(path); });
  CHECK(message == message_of<FileError>([&] { read_safetensors_header(path); }));
  REQUIRE(message.starts_with(path.string()));
  return message.substr(path.string().size());
}

std::string safetensors_header_refusal(const std::string& header, std::size_t data_bytes = 0) {
  return safetensors_refusal(file_with(header, data_bytes));
}

StateDict examples() {
  return {{"hidden.weight", tensor({{1, 2, 3}, {4, 5, 6}})},
          {"pixels", tensor(std::vector<std::uint8_t>{0, 127, 255}, {3})},
          {"moment", tensor({1e-300, -0.0, std::numeric_limits<double>::infinity()}, DType::float64)},
          {"step", labels({-1, std::numeric_limits<std::int64_t>::max()})},
          {"empty", Tensor({3, 0, 2}, DType::float32)},
          {"scalar", scalar(2.5)},
          {"\xc3\xa4 \"\\\n", ones({1, 1, 1, 1, 1, 1, 1, 1})}};
}

bool same(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() && std::ranges::equal(a.bytes(), b.bytes());
}

}  // namespace

TEST_CASE("safetensors: what was saved is loaded", "[io]") {
  const TemporaryFolder folder;
  const Metadata metadata{{"architecture", "{\"hidden\": [512]}"}, {"", "empty key"}};
  save_safetensors(folder / "x", examples(), metadata);
  const TensorFile file = load_safetensors(folder / "x");

  CHECK(file.metadata == metadata);
  REQUIRE(file.tensors.size() == examples().size());
  for (const auto& [name, tensor] : examples()) {
    INFO(name);
    CHECK(same(file[name], tensor));
  }
  CHECK(file.find("none") == nullptr);
  CHECK_THAT(message_of<FileError>([&] { file["none"]; }),
             ContainsSubstring("x: has no tensor \"none\"") && ContainsSubstring("hint: it has \"step\", \"moment\""));

  const TensorFileHeader header = read_safetensors_header(folder / "x");
  CHECK(header.tensors.size() == file.tensors.size());
  CHECK(header.tensors[0].name == "step");
  CHECK(header.tensors[0].shape == Shape{2});
}

TEST_CASE("safetensors: nothing saved is nothing loaded", "[io]") {
  const TemporaryFolder folder;
  save_safetensors(folder / "x", {});
  CHECK(read_bytes(folder / "x") == file_with("{}      "));
  CHECK(load_safetensors(folder / "x").tensors.empty());
}

TEST_CASE("safetensors: the bytes are those of the Python package", "[io]") {
  const TemporaryFolder folder;
  save_safetensors(folder / "x",
                   {{"b", ones({1, 2})}, {"c", tensor(std::vector<std::uint8_t>{7}, {1})}, {"a", labels({5})}},
                   {{"k", "v"}});
  const std::string header = R"({"__metadata__":{"k":"v"},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
                             R"("b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},)"
                             R"("c":{"dtype":"U8","shape":[1],"data_offsets":[16,17]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  CHECK(read_bytes(folder / "x") == little_endian(padded.size(), 8) + padded + little_endian(5, 8) +
                                        std::string("\x00\x00\x80\x3f\x00\x00\x80\x3f\x07", 9));
}

TEST_CASE("safetensors: a view is saved as what it shows, and a loaded tensor is on its own", "[io]") {
  const TemporaryFolder folder;
  const Tensor x = tensor({{1, 2}, {3, 4}, {5, 6}});
  save_safetensors(folder / "x", {{"a", x.rows(1, 2)}, {"b", x}});
  const TensorFile file = load_safetensors(folder / "x");
  CHECK(same(file["a"], tensor({{3, 4}})));
  CHECK_FALSE(file["a"].shares_storage(file["b"]));
}

TEST_CASE("safetensors: what cannot be saved is refused and nothing is written", "[io]") {
  const TemporaryFolder folder;
  const auto error = [&](const StateDict& tensors, const Metadata& metadata = {}) {
    return message_of<ValueError>([&] { save_safetensors(folder / "x", tensors, metadata); });
  };
  CHECK_THAT(error({{"a", ones({1})}, {"b", ones({1})}, {"a", ones({1})}}),
             ContainsSubstring("two tensors are called \"a\""));
  CHECK_THAT(error({{"a", Tensor()}}), ContainsSubstring("tensor \"a\" is undefined"));
  CHECK_THAT(error({{"__metadata__", ones({1})}}), ContainsSubstring("the format reserves that name"));
  CHECK_THAT(error({{"\xff", ones({1})}}), ContainsSubstring("is not UTF-8"));
  CHECK_THAT(error({}, {{"key", "\xff"}}), ContainsSubstring("is not UTF-8"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("safetensors: a full disk leaves the old file", "[io]") {
  const TemporaryFolder folder;
  save_safetensors(folder / "x", {{"a", ones({3})}});
  {
    const FullDisk full(4096);
    CHECK_THAT(message_of<WriteError>([&] {
                 save_safetensors(folder / "x", {{"a", ones({10'000})}});
               }),
               ContainsSubstring("x: cannot be written: "));
  }
  CHECK(same(load_safetensors(folder / "x")["a"], ones({3})));
  CHECK(folder.entries() == 1);
}

TEST_CASE("safetensors: a file of the wrong size is refused", "[io]") {
  CHECK_THAT(safetensors_refusal(""),
             ContainsSubstring(", byte 0: the length of the header takes 8 bytes, but the file ends after 0"));
  CHECK_THAT(safetensors_refusal("1234567"), ContainsSubstring("the file ends after 7"));
  CHECK_THAT(safetensors_refusal(little_endian(3, 8) + "{}"),
             ContainsSubstring("promises a header of 3 bytes, but only 2 follow"));
  CHECK_THAT(safetensors_refusal(little_endian(100'000'001, 8) + "{}"),
             ContainsSubstring("a header of 100,000,001 bytes, but the limit is 100,000,000"));
  CHECK_THAT(safetensors_refusal(std::string(8, '\xff') + "{}"),
             ContainsSubstring("a header of 18,446,744,073,709,551,615 bytes"));
  CHECK_THAT(safetensors_refusal(file_with("{}", 1)), ContainsSubstring("1 bytes at the end belong to no tensor"));

  // 10 GB promised in a file of a hundred bytes
  CHECK_THAT(safetensors_header_refusal(R"({"a":{"dtype":"F32","shape":[2500000000],"data_offsets":[0,10000000000]}})"),
             ContainsSubstring("tensor \"a\" ends at 10,000,000,000, but the file has only 0 bytes of data") &&
                 ContainsSubstring("hint: the file is incomplete"));
}

TEST_CASE("safetensors: a header that is not JSON is refused", "[io]") {
  CHECK_THAT(safetensors_header_refusal(""), ContainsSubstring("byte 8: the header must begin with {"));
  CHECK_THAT(safetensors_header_refusal(" {}"), ContainsSubstring("byte 8: the header must begin with {"));
  CHECK_THAT(safetensors_header_refusal("[]"), ContainsSubstring("the header must begin with {"));
  CHECK_THAT(safetensors_header_refusal("{\"a\"}"),
             ContainsSubstring("byte 12: the header is not valid JSON, at \"\"a\"}\""));
  CHECK_THAT(safetensors_header_refusal("{} x"), ContainsSubstring("byte 11: the header is not valid JSON"));
  CHECK_THAT(safetensors_header_refusal("{"), ContainsSubstring("not valid JSON"));
  CHECK_THAT(safetensors_header_refusal("{\"\xff\":1}"), ContainsSubstring("byte 10: the header is not valid JSON"));
  CHECK_THAT(safetensors_header_refusal(std::string("{}\0 ", 4)),
             ContainsSubstring("byte 10: the header has a zero byte"));
  CHECK_THAT(safetensors_header_refusal("{/**/}"), ContainsSubstring("not valid JSON"));
  CHECK_THAT(safetensors_header_refusal(R"({"a":{"shape":[1e999]}})"),
             ContainsSubstring("the number \"1e999\", which is too large"));
  CHECK_THAT(safetensors_header_refusal(R"({"a":{"shape":[NaN]}})"), ContainsSubstring("not valid JSON"));
}

TEST_CASE("safetensors: depth and length do not matter", "[io]") {
  const std::string open(100, '['), close(100, ']');
  CHECK_THAT(safetensors_header_refusal(R"({"a":)" + open + close + "}"),
             ContainsSubstring("tensor \"a\" is a list but must be an object"));
  CHECK_THAT(safetensors_header_refusal(R"({"a":{"shape":)" + open + close + "}}"),
             ContainsSubstring("has a list in its shape"));
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += R"({"a":)";
  CHECK_THAT(safetensors_header_refusal(objects),
             ContainsSubstring("tensor \"a\" has an object as its a") || ContainsSubstring("has the key"));
  CHECK_THAT(safetensors_header_refusal("{\"" + std::string(1'000'000, 'x') + "\":0}"),
             ContainsSubstring("xxx...\" is a number but"));
}

TEST_CASE("safetensors: an entry that is not one is refused", "[io]") {
  const auto entry = [](const std::string& text) { return safetensors_header_refusal("{\"a\":{" + text + "}}", 4); };
  CHECK_THAT(entry(R"("dtype":"F16","shape":[2],"data_offsets":[0,4])"),
             ContainsSubstring(": tensor \"a\" is of type \"F16\"; those read are F32, F64, I64 and U8"));
  CHECK_THAT(entry(R"("dtype":7,"shape":[1],"data_offsets":[0,4])"), ContainsSubstring("has a number as its dtype"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"),
             ContainsSubstring("the number -1 in its shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])"),
             ContainsSubstring("the number \"1.0\", not a whole"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[null],"data_offsets":[0,4])"), ContainsSubstring("has null in its shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":["1"],"data_offsets":[0,4])"),
             ContainsSubstring("the text \"1\" in its shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[true],"data_offsets":[0,4])"),
             ContainsSubstring("true or false in its shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":1,"data_offsets":[0,4])"), ContainsSubstring("has a number as its shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])"),
             ContainsSubstring("more than 8 axes"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4])"),
             ContainsSubstring("fits 64 bits"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])"),
             ContainsSubstring("more than can be addressed"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[0,18446744073709551615],"data_offsets":[0,0])"),
             ContainsSubstring("which is too large"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"),
             ContainsSubstring("is F32 of shape [2] = 8 bytes, but its data_offsets span 4"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), ContainsSubstring("end before they begin"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0])"),
             ContainsSubstring("has 1 data_offsets instead of two"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"),
             ContainsSubstring("more than two data_offsets"));
  CHECK_THAT(entry(R"("shape":[1],"data_offsets":[0,4])"), ContainsSubstring("has no dtype"));
  CHECK_THAT(entry(R"("dtype":"F32","data_offsets":[0,4])"), ContainsSubstring("has no shape"));
  CHECK_THAT(entry(R"("dtype":"F32","shape":[1])"), ContainsSubstring("has no data_offsets"));
  CHECK_THAT(entry(R"("dtype":"F32","dtype":"F32")"), ContainsSubstring("has the key \"dtype\" twice"));
  CHECK_THAT(entry(R"("strides":[1])"),
             ContainsSubstring("has the key \"strides\"; those known are dtype, shape, data_offsets"));
  CHECK_THAT(safetensors_header_refusal(R"({"__metadata__":{"a":1}})"),
             ContainsSubstring("\"__metadata__\" has a number as \"a\""));
  CHECK_THAT(safetensors_header_refusal(R"({"__metadata__":"a"})"),
             ContainsSubstring("\"__metadata__\" is the text \"a\""));
}

TEST_CASE("safetensors: holes, overlaps and duplicates are refused", "[io]") {
  const auto two = [](const std::string& first, const std::string& second, const std::string& name = "b") {
    const auto entry = [](const std::string& n, const std::string& offsets) {
      return "\"" + n + R"(":{"dtype":"F32","shape":[1],"data_offsets":)" + offsets + "}";
    };
    return safetensors_header_refusal("{" + entry("a", first) + "," + entry(name, second) + "}", 8);
  };
  CHECK_THAT(two("[0,4]", "[0,4]"), ContainsSubstring("begins at 0, inside another's, which ends at 4"));
  CHECK_THAT(two("[0,4]", "[2,6]"), ContainsSubstring("tensor \"b\" begins at 2, inside another's, which ends at 4"));
  CHECK_THAT(two("[4,8]", "[8,12]"), ContainsSubstring("tensor \"a\" begins at 4 and leaves a gap from 0"));
  CHECK_THAT(two("[0,4]", "[8,12]"), ContainsSubstring("tensor \"b\" begins at 8 and leaves a gap from 4"));
  CHECK_THAT(two("[0,4]", "[4,8]", "a"), ContainsSubstring("tensor \"a\" appears twice"));
  CHECK_THAT(two("[0,4]", "[4,8]", "\\u0061"), ContainsSubstring("tensor \"a\" appears twice"));
}

TEST_CASE("safetensors: the order of the header does not matter", "[io]") {
  const TemporaryFolder folder;
  write_bytes(folder / "x", file_with(R"({"b":{"shape":[1],"data_offsets":[8,12],"dtype":"F32"},)"
                                      R"("a":{"data_offsets":[0,8],"dtype":"F64","shape":[]}})",
                                      12));
  const TensorFile file = load_safetensors(folder / "x");
  CHECK(file.tensors[0].first == "a");
  CHECK(file.tensors[1].first == "b");
}

TEST_CASE("safetensors: no damage does harm", "[io]") {
  const TemporaryFolder folder;
  save_safetensors(folder / "x", examples(), {{"k", "v"}});
  CHECK(refused_of_damaged(folder / "x", [](const auto& path) { load_safetensors(path); }) > 1000);
}

TEST_CASE("safetensors: more tensors and texts than any model has are refused", "[io]") {
  StateDict tensors;
  Metadata texts;
  for (int i = 0; i < 50'000; ++i) {
    tensors.emplace_back(std::to_string(i), Tensor({0}, DType::uint8));
    texts.emplace(std::to_string(i), "");
  }
  const TemporaryFolder folder;
  save_safetensors(folder / "x", tensors, texts);
  CHECK(load_safetensors(folder / "x").tensors.size() == 50'000);

  const std::string header = read_bytes(folder / "x").substr(8);
  const std::string one_tensor = R"({"more":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)";
  const std::string one_text = R"({"__metadata__":{"more":"",)";
  const auto says = ContainsSubstring(": the header has more than 100,000 tensors and texts");
  CHECK_THAT(safetensors_header_refusal(one_tensor + header.substr(1)), says);
  CHECK_THAT(safetensors_header_refusal(one_text + header.substr(std::string(R"({"__metadata__":{)").size())), says);
  texts.emplace("more", "");
  CHECK_THAT(message_of<ValueError>([&] { save_safetensors(folder / "y", tensors, texts); }),
             ContainsSubstring("100,001 tensors and texts"));
}
