// make_corpus FOLDER: writes the files that fuzzing starts from, FOLDER/READER/NAME. Those in
// tests/fuzz/corpus are its work; scripts/fuzz --corpus makes them anew.

#include <zlib.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "autograd/create.h"
#include "autograd/random.h"
#include "examples/support/model_file.h"
#include "examples/support/spam/filter.h"
#include "models/semi_supervised_vae.h"
#include "nn/data/idx.h"
#include "nn/data/synthetic.h"
#include "nn/io/image.h"
#include "nn/io/npy.h"
#include "nn/io/run_folder.h"
#include "nn/io/safetensors.h"
#include "nn/io/stb.h"
#include "tests/fuzz/corpus_texts.h"
#include "tests/fuzz/input.h"

using namespace tandem;
namespace fs = std::filesystem;

namespace {

/// FOLDER/READER, new and empty.
fs::path fresh(const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

void write(const fs::path& path, std::string_view content) { io::write_atomically(path, content); }

std::string_view bytes_of(const Tensor& x) {
  return {reinterpret_cast<const char*>(x.bytes().data()), x.bytes().size()};
}

/// What zlib makes of a text: `window` is 15 for the format of PNG, 15 + 16 for gzip.
std::string deflated(std::string_view text, int level, int window) {
  z_stream stream{};
  std::string result(text.size() + 256, '\0');
  deflateInit2(&stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}
std::string gzip(std::string_view text, int level) { return deflated(text, level, 15 + 16); }

std::string big_endian(std::uint64_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xff);
  return text;
}

std::string chunk(const std::string& name, const std::string& content) {
  const std::string checked = name + content;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return big_endian(content.size()) + checked + big_endian(sum);
}

/// A PNG of kinds that our own writer does not make. `form` is depth, colour type, two zeros, interlaced or
/// not; the pixels are stored, not compressed, so that a change of a byte is a change of a pixel.
std::string png(std::uint64_t width, std::uint64_t height, const std::string& form, const std::string& chunks,
                const std::string& lines) {
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big_endian(width) + big_endian(height) + form) + chunks +
         chunk("IDAT", deflated(lines, 0, 15)) + chunk("IEND", "");
}

void images(const fs::path& to, const Tensor& digit) {
  const Tensor small = digit.reshape({28, 28}).rows(8, 20);  // 12 x 28
  const auto* pixels = small.data<std::uint8_t>();
  const Tensor colours = uniform({9, 10, 3}, 0, 255).to(DType::uint8);
  const auto* colour_pixels = colours.data<std::uint8_t>();
  io::write_png(to / "grey.png", small);
  io::write_png(to / "colour.png", colours);

  std::string content;
  const auto append = [](void* text, void* data, int size) {
    static_cast<std::string*>(text)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  const auto save = [&](const char* name) {
    write(to / name, content);
    content.clear();
  };
  stbi_write_jpg_to_func(append, &content, 28, 12, 1, pixels, 40);
  save("grey.jpg");
  stbi_write_jpg_to_func(append, &content, 10, 9, 3, colour_pixels, 20);
  const std::string jpeg = content;
  save("colour.jpg");
  // APP1, 34 bytes long: Exif data, a TIFF file with one entry, which says that the left side of the picture is up.
  content = jpeg;
  content.insert(2, std::string("\xff\xe1\0\x22"
                                "Exif\0\0"
                                "MM\0*\0\0\0\x08\0\x01"
                                "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
                                "\0\0\0\0",
                                36));
  save("exif.jpg");
  stbi_write_bmp_to_func(append, &content, 10, 9, 3, colour_pixels);
  save("colour.bmp");
  stbi_write_tga_to_func(append, &content, 28, 12, 1, pixels);
  save("grey.tga");

  const auto bytes = [](std::size_t n) { return std::string(n, 'a'); };
  write(to / "palette.png",
        png(4, 2, {2, 3, 0, 0, 0}, chunk("PLTE", bytes(12)) + chunk("tRNS", "abcd"), std::string("\0\x1b\0\xe4", 4)));
  write(to / "interlaced.png", png(3, 3, {16, 6, 0, 0, 1}, "",
                                   '\0' + bytes(8) + '\1' + bytes(8) + '\2' + bytes(16) + '\3' + bytes(8) + '\4' +
                                       bytes(8) + '\0' + bytes(24)));
  write(to / "black.gif", std::string("GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 35));
}

void model_files(const fs::path& to) {
  const auto save = [&](const char* name, const auto& model) {
    examples::save_model(to / name, model, model.architecture());
  };
  save("mlp", models::Mlp({.inputs = 3, .hidden = {2}, .classes = 2, .dropout = 0.5, .batch_norm = true}));
  save("vae", models::Vae({.inputs = 3, .encoder = {2}, .decoder = {2}, .latent = 1, .pseudo_inputs = 2}));
  save("conditional", models::ConditionalVae({.inputs = 3, .classes = 2, .encoder = {2}, .decoder = {2}, .latent = 1}));
  save("semi_supervised", models::SemiSupervisedVae(
                              {.generative = {.inputs = 3, .classes = 2, .encoder = {2}, .decoder = {2}, .latent = 1},
                               .classifier = {.inputs = 3, .hidden = {2}, .classes = 2}}));
}

void filters(const fs::path& to) {
  for (const std::string& name : examples::spam::classifier_names) {
    examples::spam::Filter filter;
    filter.name = name;
    filter.features.bits = 2;
    filter.classifier = examples::spam::make_classifier(name, filter.features.count(), 1);
    examples::spam::save_filter(to / name, filter);
  }
}

void arrays(const fs::path& idx, const fs::path& npy, const fs::path& safetensors, const Tensor& digits) {
  data::write_idx(idx / "labels", arange(0, 10, 1, DType::uint8));
  data::write_idx(idx / "images", digits.reshape({2, 28, 28}));
  data::write_idx(idx / "colours", digits.rows(0, 1).reshape({7, 4, 7, 4}));
  write(idx / "images.gz", gzip(fuzz::read_bytes(idx / "images"), 9));
  write(idx / "labels.gz", gzip(fuzz::read_bytes(idx / "labels"), 0));

  io::save_npy(npy / "float32", randn({2, 3}));
  io::save_npy(npy / "float64", randn({}, DType::float64));
  io::save_npy(npy / "int64", arange(0, 4, 1, DType::int64));
  io::save_npy(npy / "uint8", zeros({2, 0, 3}, DType::uint8));

  io::save_safetensors(safetensors / "all_types",
                       {{"a", randn({2, 3})},
                        {"b", randn({}, DType::float64)},
                        {"c.weight", arange(0, 4, 1, DType::int64)},
                        {"d", zeros({3, 0}, DType::uint8)}},
                       {{"format", "pt"}, {"text", "\"\\\n\xc3\xa9"}});
  io::save_safetensors(safetensors / "nothing", {});
}

void run_folder(const fs::path& to) {
  const io::RunFolder run(to);
  run.append_metrics({{"epoch", 1}, {"train_loss", 0.25}, {"test_accuracy", 0.5}});
  run.append_metrics({{"epoch", 2}, {"train_loss", nullptr}, {"name", "\xc3\xa9\n"}});
  run.append_metrics({{"epoch", 3}, {"confusion", {{1, 2}, {3, 4}}}, {"more", {{"seconds", 1e-9}}}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_corpus FOLDER\n", stderr);
    return 2;
  }
  const fs::path corpus = argv[1];
  manual_seed(1);
  const Tensor digits = data::synthetic_digits(2).pixels;
  arrays(fresh(corpus / "idx"), fresh(corpus / "npy"), fresh(corpus / "safetensors"), digits);
  images(fresh(corpus / "image"), digits.rows(0, 1));
  model_files(fresh(corpus / "model_file"));
  filters(fresh(corpus / "filter"));
  run_folder(fresh(corpus / "run_folder"));
  const fs::path gz = fresh(corpus / "gzip");
  write(gz / "text", gzip(fuzz::page, 9));
  write(gz / "stored", gzip("stored, not compressed", 0));
  write(gz / "pixels", gzip(bytes_of(digits.rows(1, 2)), 6));
  write(fresh(corpus / "html") / "page", fuzz::page);
  const fs::path mail = fresh(corpus / "mail");
  write(mail / "plain", fuzz::plain_mail);
  write(mail / "parts", fuzz::mail_of_parts);
  write(fresh(corpus / "mailbox") / "two", fuzz::mbox);
}
