#include "examples/support/image_description.h"

#include "autograd/create.h"
#include "nn/io/safetensors.h"
#include "tests/check.h"
#include "tests/temporary.h"

using namespace tandem;
using namespace tandem::test;
using examples::ImageDescription;

namespace {

/// What is read from a model file of 96 inputs that says this of its images; or the message of the refusal.
std::string read_back(const std::string& text) {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "model", {{"x", zeros({1})}}, {{"images", text}});
  try {
    const ImageDescription images = ImageDescription::read(folder / "model", 96);
    return std::to_string(images.format.height) + " x " + std::to_string(images.format.width);
  } catch (const io::FileError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("image description: comes back from a model file", "[programs]") {
  const TemporaryFolder folder;
  const ImageDescription images{{8, 4, 3}, true, {"cats", "d\xc3\xb6gs\n"}, "pets"};
  models::Architecture metadata;
  images.add_to(metadata);
  io::save_safetensors(folder / "model", {{"x", zeros({1})}}, metadata);
  const ImageDescription copy = ImageDescription::read(folder / "model", 96);
  CHECK(copy.format == images.format);
  CHECK(copy.pictures);
  CHECK(copy.class_names == images.class_names);
  CHECK(copy.data == "pets");
}

TEST_CASE("image description: a file that says nothing is of square grey images", "[programs]") {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "model", {{"x", zeros({1})}});
  CHECK(ImageDescription::read(folder / "model", 784).format == data::PictureFormat{28, 28, 1});
  CHECK_FALSE(ImageDescription::read(folder / "model", 784).pictures);
}

TEST_CASE("image description: one that makes no sense is refused", "[programs]") {
  const auto text = [](const std::string& height, const std::string& width, const std::string& rest) {
    return R"({"height":)" + height + R"(,"width":)" + width + R"(,"channels":3,"pictures":true,"class_names":)" +
           rest + "}";
  };
  CHECK(read_back(text("8", "4", "[]")) == "8 x 4");
  for (const std::string& wrong :
       {text("8", "5", "[]"), text("-8", "-4", "[]"), text("1e300", "4", "[]"), text("8", "4", "[1]"),
        text("8", "4", "7"), text("9223372036854775807", "9223372036854775807", "[]"), text("\"8\"", "4", "[]"),
        std::string("{}"), std::string("[]"), std::string("not JSON"), std::string(200'000, '[')})
    CHECK_THAT(read_back(wrong), ContainsSubstring("does not fit a model of 96 inputs"));
}
