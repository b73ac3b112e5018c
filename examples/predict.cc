// Says which digit a picture shows, with the model of train_mlp.
//
//     predict --load runs/train_mlp/model.safetensors digit.png       a PNG or JPEG picture
//     predict --load runs/train_mlp/model.safetensors --index 8       image 8 of the test set
//
// A picture is brought into the form of the training images first; see nn/data/prepare_digit.h. Takes a few
// hundredths of a second.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "autograd/graph.h"
#include "autograd/ops/arithmetic.h"
#include "autograd/ops/softmax.h"
#include "examples/support/model_file.h"
#include "examples/support/program.h"
#include "examples/support/terminal_image.h"
#include "examples/support/test_set.h"
#include "nn/data/prepare_digit.h"
#include "nn/io/image.h"

using namespace tandem;

namespace {

struct Options {
  std::filesystem::path model;
  std::vector<std::filesystem::path> pictures;
  std::optional<Index> index;
  examples::TestSetOptions test_set;
  Index top = 0;
  bool json = false;

  void add_to(CLI::App& app) {
    app.add_option("--load", model, "model.safetensors that train_mlp wrote")->type_name("FILE")->required();
    auto* files = app.add_option("PICTURE", pictures, "pictures of one digit each")->type_name("FILE");
    app.add_option("--index", index, "an image of the test set instead, counted from 0")
        ->check(CLI::NonNegativeNumber)
        ->excludes(files);
    test_set.add_to(app);
    auto* lines = app.add_flag("--json", json, "print one JSON object a picture");
    app.add_option("--top", top, "show only the N most probable classes")
        ->check(CLI::Range(1, 1000))
        ->excludes(lines);
  }
};

/// What the model is asked about.
struct Question {
  std::string name;
  Tensor pixels;  ///< uint8 [h, w]
  std::optional<std::int64_t> label;
};

Question read_picture(const std::filesystem::path& path) {
  try {
    return {path.string(), data::prepare_digit(io::read_image(path)), {}};
  } catch (const ValueError& e) {
    throw io::FileError(path, e.what());
  }
}

Question test_image(const data::Images& images, Index i) {
  if (i >= images.size())
    throw examples::UsageError(
        fmt::format("--index {}: the test set has {} images, 0 to {}", i, images.size(), images.size() - 1));
  Question question{fmt::format("test image {}", i), images.pixels[i].reshape({images.height, -1}), {}};
  if (images.labels.defined()) question.label = images.labels.data<std::int64_t>()[i];
  return question;
}

Tensor logits_of(models::Mlp& model, const Tensor& pixels) {
  const NoGrad no_grad;
  return model(pixels.reshape({1, -1}).to(DType::float32) / 255);
}

void print_json(const Question& question, const Tensor& logits) {
  const std::vector<double> p = softmax(logits).to_vector<double>();
  const auto best = std::max_element(p.begin(), p.end());
  nlohmann::ordered_json line = {{"picture", question.name},
                                 {"label", best - p.begin()},
                                 {"probability", *best},
                                 {"probabilities", p},
                                 {"logits", logits.to_vector<double>()}};
  if (question.label) line["true_label"] = *question.label;
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(const Question& question, const Tensor& logits, Index top) {
  const std::vector<double> p = softmax(logits).to_vector<double>();
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  if (top > 0) order.resize(std::min(order.size(), static_cast<std::size_t>(top)));

  fmt::print("{}: {}", question.name, order[0]);
  if (question.label) fmt::print(" (in truth {})", *question.label);
  fmt::print("\n{}", examples::terminal_image(question.pixels));
  for (const std::size_t label : order)
    fmt::print("{:4}  {:6.2f} %  {}\n", label, 100 * p[label],
               std::string(static_cast<std::size_t>(40 * p[label] + 0.5), '='));
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  return examples::run_program(argc, argv, "Says which digit a picture shows.", options, [&] {
    if (options.pictures.empty() && !options.index) throw examples::UsageError("give a picture or --index N");
    const auto model = examples::load_mlp(options.model);
    std::vector<Question> questions;
    if (options.index) questions.push_back(test_image(options.test_set.load(), *options.index));
    for (const auto& path : options.pictures) questions.push_back(read_picture(path));

    for (const Question& question : questions) {
      if (question.pixels.size() != model->options().inputs)
        throw io::FileError(options.model,
                            fmt::format("the model takes images of {} pixels, but {} has {}",
                                        model->options().inputs, question.name, question.pixels.size()));
      const Tensor logits = logits_of(*model, question.pixels);
      options.json ? print_json(question, logits) : print_text(question, logits, options.top);
    }
  });
}
